const guid = { type: 'string', format: 'uuid', example: '3f1c6b1e-6a2d-4d8f-9a57-0c6f7c0f1f10' } as const
const expiration = { type: 'string', format: 'date-time', example: '2027-01-15T09:00:00.0000000Z' } as const
const maxUseCount = { type: 'integer', format: 'int32', minimum: 1, maximum: 1000, example: 10 } as const
const employeeType = { $ref: 'EmployeeType#' } as const

/** A role as a real portal writes it in answers, whatever its document says. */
export const roleNumber = {
  type: 'integer',
  format: 'int32',
  description: 'RoomAdmin 1, DocSpaceAdmin 3, User 4.',
  example: 4,
} as const

/** The bodies of the operations on invitation links, and what they answer. */
export const invitationLinkSchemas = [
  {
    $id: 'InvitationLinkDto',
    title: 'InvitationLinkDto',
    type: 'object',
    description: 'The invitation link of a role, as the caller hands it on.',
    properties: {
      id: guid,
      employeeType,
      expiration,
      isExpired: { type: 'boolean', example: false },
      maxUseCount,
      currentUseCount: { type: 'integer', format: 'int32', example: 0 },
      url: { type: 'string', example: 'http://localhost:8092/s/nfb9WKBF8vh3GH7' },
    },
  },
  {
    $id: 'InvitationLinkCreateRequestDto',
    title: 'InvitationLinkCreateRequestDto',
    type: 'object',
    required: ['employeeType'],
    properties: { employeeType, expiration, maxUseCount },
  },
  {
    $id: 'InvitationLinkUpdateRequestDto',
    title: 'InvitationLinkUpdateRequestDto',
    type: 'object',
    required: ['id'],
    properties: { id: guid, expiration, maxUseCount },
  },
  {
    $id: 'InvitationLinkDeleteRequestDto',
    title: 'InvitationLinkDeleteRequestDto',
    type: 'object',
    required: ['id'],
    properties: { id: guid },
  },
] as const
