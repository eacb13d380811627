const text = { type: 'string' } as const
const nullable = { type: 'string', nullable: true } as const
const flag = { type: 'boolean' } as const
const int32 = { type: 'integer', format: 'int32' } as const
const guid = { type: 'string', format: 'uuid' } as const
const moment = { type: 'string', format: 'date-time' } as const

/** What is shown of everybody. */
const employee = {
  id: guid,
  displayName: text,
  avatar: text,
  avatarOriginal: text,
  avatarMax: text,
  avatarMedium: text,
  avatarSmall: text,
  profileUrl: text,
  hasAvatar: flag,
  isAnonim: flag,
} as const

/** In Go an optional `avatar` would have a method of the name of `hasAvatar`; it is always there. */
const required = ['avatar'] as const

/** Profiles, and the body that adds one. */
export const peopleSchemas = [
  {
    $id: 'EmployeeDto',
    title: 'EmployeeDto',
    type: 'object',
    description: 'Somebody, in short.',
    required,
    properties: employee,
  },
  {
    $id: 'EmployeeFullDto',
    title: 'EmployeeFullDto',
    type: 'object',
    description: 'A profile. Members that would be null are left out.',
    required,
    properties: {
      firstName: text,
      lastName: text,
      userName: text,
      email: text,
      contacts: { type: 'array', items: { $ref: 'Contact#' } },
      status: { $ref: 'EmployeeStatus#' },
      activationStatus: { $ref: 'EmployeeActivationStatus#' },
      terminated: moment,
      department: text,
      location: text,
      notes: text,
      isAdmin: flag,
      isRoomAdmin: flag,
      isLDAP: flag,
      isOwner: flag,
      isVisitor: { ...flag, description: 'Whether this is a guest.' },
      isCollaborator: { ...flag, description: 'Whether this is a user.' },
      cultureName: text,
      mobilePhone: text,
      mobilePhoneActivationStatus: int32,
      isSSO: flag,
      theme: { ...text, description: 'Base, Dark or System.' },
      usedSpace: { type: 'integer', format: 'int64' },
      loginEventId: int32,
      createdBy: { $ref: 'EmployeeDto#' },
      registrationDate: moment,
      hasPersonalFolder: flag,
      tfaAppEnabled: flag,
      ...employee,
    },
  },
  {
    $id: 'Contact',
    title: 'Contact',
    type: 'object',
    properties: { type: { ...text, example: 'skype' }, value: { ...text, example: 'winfield.wyman' } },
  },
  {
    $id: 'MemberRequestDto',
    title: 'MemberRequestDto',
    type: 'object',
    properties: {
      email: { ...nullable, maxLength: 255, example: 'mike@example.com' },
      firstName: { ...nullable, maxLength: 255, example: 'Mike' },
      lastName: { ...nullable, maxLength: 255, example: 'Zanyatski' },
      type: { $ref: 'EmployeeType#' },
      password: { ...nullable, description: '8 to 30 characters, no blanks.', example: 'mike-password' },
      passwordHash: nullable,
      key: { ...nullable, description: 'The key of the invitation.' },
      cultureName: { ...nullable, example: 'en-US' },
      fromInviteLink: { ...flag, description: 'Whether an invitation is made use of.', example: false },
      spam: { ...flag, nullable: true },
    },
  },
] as const
