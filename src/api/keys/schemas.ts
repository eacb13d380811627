const text = { type: 'string' } as const
const moment = { type: 'string', format: 'date-time' } as const
const name = { ...text, minLength: 1, maxLength: 30, example: 'Backup' } as const
const permissions = {
  type: 'array',
  items: text,
  description: 'Some of those that `GET keys/permissions` lists. None, or `*`: everything.',
  example: ['*:read', 'accounts:read'],
} as const

/** The bodies of the operations on API keys, and what they answer. */
export const apiKeySchemas = [
  {
    $id: 'ApiKeyResponseDto',
    title: 'ApiKeyResponseDto',
    type: 'object',
    description: 'An API key. Members that would be null are left out.',
    properties: {
      id: { ...text, format: 'uuid', example: '9b74c989-7bac-4f2a-8c1e-3d5f6a7b8c9d' },
      name: { ...text, example: 'Backup' },
      key: {
        ...text,
        description: 'The key itself when it is created, its last four characters ever after.',
        example: 'sk-***8c9d',
      },
      keyPostfix: { ...text, description: 'The last four characters of the key.', example: '8c9d' },
      permissions,
      lastUsed: { ...moment, example: '2026-06-30T10:00:00.0000000Z' },
      createOn: { ...moment, example: '2026-06-29T09:00:00.0000000Z' },
      createBy: { $ref: 'EmployeeDto#' },
      expiresAt: { ...moment, example: '2026-07-29T09:00:00.0000000Z' },
      isActive: { type: 'boolean', description: 'Whether the key was not revoked.', example: true },
    },
  },
  {
    $id: 'CreateApiKeyRequestDto',
    title: 'CreateApiKeyRequestDto',
    type: 'object',
    required: ['name'],
    properties: {
      name,
      permissions,
      expiresInDays: {
        type: 'integer',
        format: 'int32',
        minimum: 1,
        maximum: 365,
        description: 'Without it the key holds until it is revoked.',
        example: 30,
      },
    },
  },
  {
    $id: 'UpdateApiKeyRequest',
    title: 'UpdateApiKeyRequest',
    type: 'object',
    description: 'What is to be changed of an API key. What is left out stays.',
    properties: {
      name,
      permissions,
      isActive: { type: 'boolean', description: '`false` revokes the key.', example: false },
    },
  },
] as const
