import { moment } from './schemas.ts'

const user = {
  type: 'string',
  minLength: 1,
  description: 'Who called: an id, an e-mail, first and last name, a role, or `anonymous`.',
} as const
const operation = {
  type: 'string',
  minLength: 1,
  description: 'An operationId.',
  example: 'getPortalUsersCount',
} as const
const method = { type: 'string', minLength: 1, description: 'In any letter case.' } as const
const path = {
  type: 'string',
  minLength: 1,
  description: 'The path, with the name of the portal in front or without, and `*` for whatever stands there.',
} as const

const STATUS = '^([1-5]\\d\\d|[1-5][xX][xX]|none)$'

/** Parameters that say which requests are meant. */
export const filters = {
  operation,
  status: { type: 'string', pattern: STATUS, description: 'A status, `4xx`, or `none`: there was no answer.' },
  user,
  method,
  path,
  since: { ...moment, description: "From this moment on, by the portal's clock." },
  until: { ...moment, description: "Up to this moment, by the portal's clock." },
  after: { type: 'integer', minimum: 0, description: 'Those with a higher number.' },
} as const

const values = {
  type: 'object',
  description: 'By name; several of one name are a list.',
  additionalProperties: { oneOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' } }] },
} as const

const bodyMembers = {
  body: { type: 'string', nullable: true, description: 'At most its first 64 kB; null where nobody has seen it.' },
  bodySize: { type: 'integer', nullable: true, description: 'In bytes.' },
} as const

const message = {
  type: 'object',
  required: ['headers', 'body', 'bodySize'],
  properties: {
    headers: { ...values, description: 'By name in lower case; several of one name are a list.' },
    ...bodyMembers,
  },
} as const

/** A request and its answer. */
export const entry = {
  type: 'object',
  required: [
    'n',
    'at',
    'time',
    'milliseconds',
    'operation',
    'template',
    'method',
    'path',
    'query',
    'status',
    'isComplete',
    'principal',
    'guard',
    'decisions',
    'unread',
    'refusal',
    'fault',
    'findings',
    'request',
    'answer',
  ],
  properties: {
    n: { type: 'integer', description: 'Its number, counted by portal.' },
    at: { ...moment, description: "When it was over, by the portal's clock." },
    time: { ...moment, description: "When it was over, by the machine's clock." },
    milliseconds: { type: 'number', description: 'How long it took.' },
    operation: { type: 'string', nullable: true, description: 'The operationId of the operation that it was for.' },
    template: {
      type: 'string',
      nullable: true,
      description: "That operation's path.",
      example: '/api/2.0/portal/users/{userID}',
    },
    method: { type: 'string', description: 'Empty where the request line could not be read.' },
    path: { type: 'string', description: 'As it was sent. Empty where the request line could not be read.' },
    query: values,
    status: { type: 'integer', nullable: true, description: 'null: there was no answer.' },
    isComplete: { type: 'boolean', description: 'Whether all of the answer went out.' },
    principal: {
      type: 'object',
      nullable: true,
      description: 'The caller, where a guard accepted a credential.',
      required: ['id', 'email', 'role', 'scopes'],
      properties: {
        id: { type: 'string', format: 'uuid' },
        email: { type: 'string', description: 'As it was at the request.' },
        role: { type: 'string', description: '`Owner`, or the name of their type.' },
        scopes: { type: 'array', items: { type: 'string' } },
      },
    },
    guard: { type: 'string', nullable: true, description: 'The guard that accepted the caller.' },
    decisions: {
      type: 'array',
      description: 'What the guards made of each credential that they found, in the order in which they were tried.',
      items: {
        type: 'object',
        required: ['guard', 'accepted', 'reason'],
        properties: {
          guard: { type: 'string', example: 'Basic' },
          accepted: { type: 'boolean' },
          reason: { type: 'string', example: 'wrong password for owner@example.com' },
        },
      },
    },
    unread: {
      type: 'array',
      items: { type: 'string', example: 'an API key' },
      description: 'Of a refused request, the credentials that the profile does not read where they were sent.',
    },
    refusal: {
      type: 'string',
      nullable: true,
      description: 'Why the request was refused, or got no answer, in one sentence. null: it was not refused.',
      example: 'Basic: wrong password for owner@example.com',
    },
    fault: { type: 'string', nullable: true, description: 'What was made to go wrong with it.' },
    findings: { type: 'array', items: { type: 'string' }, description: 'Codes of findings.' },
    request: message,
    answer: message,
  },
} as const

const scalar = ['string', 'number', 'boolean', 'null'] as const

const wantedValues = {
  type: 'object',
  description:
    'By name, in any letter case. null: it must not be there; a list: all of its values. There may be others.',
  additionalProperties: {
    anyOf: [{ type: [...scalar] }, { type: 'array', items: { type: ['string', 'number', 'boolean'] } }],
  },
} as const

const times = {
  description: 'How many there have to be: so many exactly, or between two numbers. At least one unless given.',
  type: ['integer', 'object'],
  minimum: 0,
  additionalProperties: false,
  minProperties: 1,
  properties: { atLeast: { type: 'integer', minimum: 0 }, atMost: { type: 'integer', minimum: 0 } },
} as const

/** What a request has to be like, and how often there has to be one. */
export const question = {
  type: 'object',
  additionalProperties: false,
  properties: {
    operation,
    method,
    path,
    status: {
      description: filters.status.description,
      type: ['integer', 'string'],
      minimum: 100,
      maximum: 599,
      pattern: STATUS,
    },
    user,
    query: wantedValues,
    headers: wantedValues,
    body: { description: 'A text: the whole body. Anything else: JSON, which may have more members.' },
    times,
  },
} as const

/** Whether there was, and if not, what was instead. */
export const verdict = {
  description: 'Whether there was',
  type: 'object',
  required: ['passed', 'count', 'matches', 'nearestMisses', 'dropped'],
  properties: {
    passed: { type: 'boolean' },
    count: { type: 'integer' },
    matches: { type: 'array', items: { type: 'integer' }, description: 'Their numbers.' },
    nearestMisses: {
      type: 'array',
      description: 'Where there were too few: those that came nearest.',
      items: {
        type: 'object',
        required: ['n', 'differences'],
        properties: {
          n: { type: 'integer' },
          differences: {
            type: 'array',
            items: { type: 'string', example: 'query.Userid: expected "…" was nothing' },
          },
        },
      },
    },
    dropped: {
      type: 'integer',
      description: 'How many requests the journal no longer has: the count may be too low by so many.',
    },
  },
} as const
