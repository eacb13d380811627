import type { FromSchema } from 'json-schema-to-ts'

/** The longest wait, in ms: what waits longer is hung up on by everybody in between. */
export const MAX_DELAY = 600_000

/** How many faults a portal has at most. */
export const MAX_FAULTS = 100

/** How many faults a plan has at most. */
const MAX_PLANNED = 20

/** What a header of an answer can hold, without blanks at either end. */
const PRINTABLE = '^[\\x21-\\x7e]([\\x20-\\x7e]*[\\x21-\\x7e])?$'

/** What plans are called. */
export const PLAN_NAME = '^[a-z0-9]+(-[a-z0-9]+)*$'

/** Seeds are whole numbers of 32 bits. */
export const SEEDS = 2 ** 32

const milliseconds = { type: 'integer', minimum: 0, maximum: MAX_DELAY } as const
const median = { ...milliseconds, type: 'number' } as const

/** Where chance begins. */
export const seedSchema = {
  type: 'integer',
  minimum: 0,
  maximum: SEEDS - 1,
  description: 'What chance follows from, together with the number of the call. Made up, and shown, unless given.',
} as const

const nameSchema = { type: 'string', pattern: PRINTABLE, maxLength: 100 } as const

const matchSchema = {
  type: 'object',
  additionalProperties: false,
  description: 'Which requests are meant: those to which all of this applies.',
  properties: {
    operation: { type: 'string', description: 'An operationId, such as `getPortalUsersCount`.' },
    method: { type: 'string', pattern: '^[A-Za-z]+$', description: 'An HTTP method, in any letter case.' },
    path: {
      type: 'string',
      pattern: '^/[^?#]*$',
      maxLength: 1000,
      description:
        'A path without the name of a portal, in any letter case. `*` and `{…}` stand for one segment, `**` at the end for all that follow.',
    },
    user: {
      type: 'string',
      minLength: 1,
      maxLength: 320,
      description: 'Who calls: an id, an e-mail, a role (`owner` is no `DocSpaceAdmin` here) or `anonymous`.',
    },
    calls: {
      type: 'array',
      minItems: 1,
      maxItems: 1000,
      items: { type: 'integer', minimum: 1 },
      description: 'Which of the calls to which the members above apply, from 1.',
    },
    probability: { type: 'number', minimum: 0, maximum: 1, description: 'Of those, how many at random.' },
  },
} as const

const delaySchema = {
  description: 'How long to wait, in real milliseconds, or how that is distributed.',
  oneOf: [
    milliseconds,
    {
      type: 'object',
      additionalProperties: false,
      minProperties: 1,
      maxProperties: 1,
      properties: {
        uniform: {
          type: 'object',
          additionalProperties: false,
          required: ['min', 'max'],
          properties: { min: milliseconds, max: milliseconds },
        },
        normal: {
          type: 'object',
          additionalProperties: false,
          required: ['median', 'sigma'],
          properties: { median, sigma: { ...median, description: 'In milliseconds.' } },
        },
        lognormal: {
          type: 'object',
          additionalProperties: false,
          required: ['median', 'sigma'],
          properties: {
            median,
            sigma: { type: 'number', minimum: 0, maximum: 5, description: 'That of the logarithm: 0.5 is usual.' },
          },
        },
      },
    },
  ],
} as const

const answerSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['status'],
  description: 'What is answered in the place of the operation.',
  properties: {
    status: { type: 'integer', minimum: 200, maximum: 599 },
    as: {
      type: 'string',
      enum: ['error', 'problem', 'empty', 'proxy'],
      description:
        "Whose body it is: DocSpace's `error` (400, 401, 403, 404, 500), its `problem` document (402, 403, 404), none, or the HTML page of a proxy (from 400), which has none of DocSpace's headers. What is usual for the status unless given.",
    },
    body: { description: 'A body of your own: a text, or what is sent as JSON.' },
    headers: {
      type: 'object',
      maxProperties: 50,
      additionalProperties: { type: 'string', pattern: '^[\\t\\x20-\\x7e\\x80-\\xff]*$', maxLength: 4000 },
      description: 'Headers besides those that such an answer has, or in their place.',
    },
    retryAfter: {
      type: 'integer',
      nullable: true,
      minimum: 0,
      maximum: 86_400,
      description:
        'Seconds in `Retry-After`: 1 for 429, else none, unless given. `null`: none, as the limit by the minute has it.',
    },
  },
} as const

const memberName = { type: 'string', minLength: 1, maxLength: 100 } as const
const yes = { type: 'boolean', enum: [true] } as const
const anyMember = (description: string) => ({ description, oneOf: [yes, memberName] }) as const

const effectSchema = {
  type: 'object',
  additionalProperties: false,
  minProperties: 1,
  description: 'What happens. Several may go together.',
  properties: {
    delay: delaySchema,
    answer: answerSchema,
    drop: {
      type: 'string',
      enum: ['unanswered', 'halfway'],
      description:
        'The connection breaks: in the place of an answer, or in the middle of its body, which the operation has made.',
    },
    slow: {
      type: 'object',
      additionalProperties: false,
      required: ['bytes', 'interval'],
      description: 'The body comes in pieces.',
      properties: {
        bytes: { type: 'integer', minimum: 1, description: 'How large a piece is.' },
        interval: { ...milliseconds, description: 'Milliseconds between two.' },
      },
    },
    truncate: { ...yes, description: 'The second half of the body is missing, and its length says nothing of it.' },
    invalidJson: { ...yes, description: 'The body has a comma too many.' },
    unknownMember: anyMember('A success has a member that no document names, in its envelope and in its `response`.'),
    unknownEnumValue: anyMember('A success has a value that its enumeration hasn’t, in all of them or the one named.'),
    missingMember: anyMember('A success has one member less: any, or the one named.'),
    nullMember: anyMember('A success has `null` for a member: any, or the one named.'),
  },
} as const

/** What a fault is made from. */
export const faultSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['effect'],
  properties: {
    name: { ...nameSchema, description: 'What answers and the journal call it; its id unless given.' },
    match: matchSchema,
    effect: effectSchema,
    when: {
      type: 'string',
      enum: ['before', 'after'],
      description:
        'Whether delay, answer and a connection that is dropped unanswered come before the operation, which an answer or a drop then keeps from happening, or after it: it has happened, and its answer is late or lost. Before unless given.',
    },
    times: { type: 'integer', minimum: 1, description: 'How often it happens; until it is removed unless given.' },
    seed: seedSchema,
  },
} as const

/** What a plan is made from. */
export const planSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['faults'],
  properties: {
    description: { type: 'string', maxLength: 1000 },
    faults: { type: 'array', minItems: 1, maxItems: MAX_PLANNED, items: faultSchema },
  },
} as const

/** A fault as it is asked for. */
export type FaultDefinition = FromSchema<typeof faultSchema>

/** What a fault does. */
export type Effect = FaultDefinition['effect']

/** What a fault answers. */
export type FaultAnswer = NonNullable<Effect['answer']>

/** Several faults that belong together. */
export type Plan = FromSchema<typeof planSchema>
