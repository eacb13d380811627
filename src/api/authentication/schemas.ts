const text = { type: 'string', nullable: true } as const

/** The body of a sign-in, and what it answers. */
export const authenticationSchemas = [
  {
    $id: 'AuthRequestsDto',
    title: 'AuthRequestsDto',
    type: 'object',
    description: 'Of password and passwordHash one is enough; the hash wins.',
    properties: {
      userName: { ...text, description: 'E-mail or id.', example: 'owner@example.com' },
      password: { ...text, example: 'owner-password' },
      passwordHash: {
        ...text,
        description: 'PBKDF2 of the password with the parameters that GET settings publishes, in hexadecimal digits.',
        example: '622d6d00a1d0a749b88ec62ecbfbc5ab6911b5ee6927f999cc8f61f4af03a276',
      },
      code: { ...text, description: 'The code of the second step.', example: '123456' },
      session: { type: 'boolean', description: "Whether the cookie goes with the browser's session.", example: false },
    },
  },
  {
    $id: 'AuthenticationTokenDto',
    title: 'AuthenticationTokenDto',
    type: 'object',
    description: 'The token, or what to do next.',
    properties: {
      token: { ...text, example: '1FR2TsR3kXu2zor7fModuf' },
      expires: {
        ...text,
        format: 'date-time',
        description: 'With `session`, the year 1.',
        example: '2027-06-30T10:13:11.1230000Z',
      },
      sms: { type: 'boolean', description: 'An SMS has the code for the second step.', example: false },
      phoneNoise: { ...text, description: 'The number that it went to.', example: '+1202*****42' },
      tfa: { type: 'boolean', description: 'An authenticator app has the code.', example: false },
      tfaKey: { ...text, description: 'What the app is set up with, in Base32.', example: 'JBSWY3DPEHPK3PXP' },
      confirmUrl: { ...text, example: 'http://localhost:8092/confirm/TfaAuth?type=TfaAuth' },
    },
  },
] as const
