// the members of a route's schema that only the document knows
import type {} from '@fastify/swagger'
import { authenticationSchemas } from './authentication/schemas.ts'
import { clientSchemas } from './clients/schemas.ts'
import { apiKeySchemas } from './keys/schemas.ts'
import { peopleSchemas } from './people/schemas.ts'
import { invitationLinkSchemas } from './portal/invitation-link-schemas.ts'
import { userInfoSchemas } from './portal/user-info-schema.ts'
import { settingsSchemas } from './settings/schemas.ts'

const int32 = { type: 'integer', format: 'int32' } as const
const text = { type: 'string' } as const

/** Refers to one of the {@link sharedSchemas}. */
const ref = (name: string): object => ({ $ref: `${name}#` })

const json = (name: string) => ({ 'application/json': { schema: ref(name) } })
const problem = (name: string) => ({ 'application/problem+json': { schema: ref(name) } })

/** The headers by which every answer may tell of a limit. */
export const limitHeaders = {
  'X-RateLimit-Limit': { ...int32, description: 'How many requests are allowed in the window.' },
  'X-RateLimit-Remaining': { ...int32, description: 'How many of them are left.' },
  'X-RateLimit-Reset': { type: 'integer', format: 'int64', description: 'When the window ends, in Unix seconds.' },
} as const

/**
 * The role in the path of an invitation. Clients of some versions of DocSpace's document send its number, of others its
 * name; a schema that has both makes generators write clients that send neither.
 */
export const employeeType = {
  title: 'EmployeeType',
  type: 'string',
  enum: ['All', 'RoomAdmin', 'Guest', 'DocSpaceAdmin', 'User'],
  description:
    'The type of employee role for the invitation link (All, RoomAdmin, Guest, DocSpaceAdmin, User). ' +
    'Letter case is ignored, and its number from 0 to 4 means the same.',
} as const

/** A success with one of the wrappers that DocSpace's document names. */
export const success = (description: string, wrapper: string) =>
  ({ description, headers: limitHeaders, content: json(wrapper) }) as const

/** What every operation may answer besides its own. */
export const commonResponses = {
  402: { description: 'The portal is not paid for', content: problem('ProblemDetails') },
  429: {
    description: 'Too Many Requests.',
    type: 'null',
    headers: {
      ...limitHeaders,
      'Retry-After': { ...int32, description: 'In how many seconds to try again, where that can be told.' },
    },
  },
  500: {
    description: 'Internal Server Error. A malformed credential or Origin header leads here, in the profile `server`',
    content: json('ErrorApiResponse'),
  },
  502: { description: 'Bad Gateway: the reverse proxy got no answer. The body may be HTML', type: 'null' },
  503: {
    description: 'Service Unavailable: the reverse proxy or the portal is not ready. The body may be HTML',
    type: 'null',
  },
} as const

/** No credential was accepted: no body. */
export const unauthorized = {
  description: 'Unauthorized',
  type: 'null',
  headers: { 'WWW-Authenticate': { ...text, description: '`Basic`, to a request that came with that.' } },
} as const

/**
 * The caller may not: an error where a rule of the operation said so, a problem document where a setting of the portal
 * did, a bare text where the address isn't allowed, and no body where the credential's scope doesn't suffice.
 */
export const forbidden = {
  description: 'No permissions to perform this action',
  content: {
    ...json('ErrorApiResponse'),
    ...problem('ProblemDetails'),
    'text/plain': { schema: { ...text, description: 'Calls from this address are not allowed.' } },
  },
} as const

/** The operation has found nothing, or the portal is suspended. */
export const notFound = (description: string) =>
  ({ description, content: { ...json('ErrorApiResponse'), ...problem('ProblemDetails') } }) as const

/** The portal is suspended. */
export const suspended = { description: 'The portal is suspended', content: problem('ProblemDetails') } as const

/** A parameter is no good: a problem document inside the envelope, or an error. */
export const badRequest = {
  description:
    'Bad Request: a parameter is no good or, in the profile `server`, missing; or an access token is malformed',
  content: { ...problem('ValidationProblemWrapper'), ...json('ErrorApiResponse') },
} as const

/** A credential that can't be read, to the real server. */
export const malformedToken = {
  description: 'Bad Request: an access token is malformed, in the profile `server`',
  content: json('ErrorApiResponse'),
} as const

/** The body is of a type that isn't taken. */
export const unsupportedMediaType = {
  description: 'The body is not said to be JSON: a problem document inside the envelope',
  content: problem('ProblemWrapper'),
} as const

/** What operations answer, besides 200, that nobody has to be signed in for. */
export const anonymousResponses = { 400: malformedToken, 403: forbidden, 404: suspended, ...commonResponses } as const

/** No credential was accepted, or no invitation: no body. The account of whoever invited doesn't work: an error. */
export const unauthorizedOrError = { description: 'Unauthorized', content: json('ErrorApiResponse') } as const

/** The same for those that have a body. */
export const bodyResponses = {
  ...anonymousResponses,
  400: badRequest,
  401: { description: 'User authentication failed', content: json('ErrorApiResponse') },
  415: unsupportedMediaType,
} as const

/** What the operations on invitation links may answer. */
export const invitationLinkResponses = {
  200: success('Invitation link', 'InvitationLinkWrapper'),
  400: badRequest,
  401: unauthorized,
  403: forbidden,
  404: notFound('The record could not be found'),
  415: unsupportedMediaType,
  ...commonResponses,
} as const

/** The envelope around a result. Like DocSpace's document it requires none of its members. */
const wrapper = (title: string, response: object, { status, statusCode } = { status: 0, statusCode: 200 }) =>
  ({
    $id: title,
    title,
    type: 'object',
    properties: {
      ...response,
      count: {
        ...int32,
        description: '1 with a response, the length of a list, 0 without either.',
        example: Object.keys(response).length,
      },
      links: { type: 'array', items: ref('Link') },
      status: { ...int32, description: '0 for a success, 1 for a failure.', example: status },
      statusCode: { ...int32, description: 'The HTTP status.', example: statusCode },
    },
  }) as const

/** The members that problem documents begin with. */
const problemMembers = (section: string, title: string, status: number) =>
  ({
    type: {
      ...text,
      description: 'A link to what RFC 9110 says of the status.',
      example: `https://tools.ietf.org/html/rfc9110#section-${section}`,
    },
    title: { ...text, example: title },
    status: { ...int32, description: 'The HTTP status.', example: status },
  }) as const

const traceId = {
  ...text,
  description: 'As in W3C Trace Context.',
  example: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00',
} as const

/** Schemas that have a name in the document. */
export const sharedSchemas = [
  {
    ...employeeType,
    $id: employeeType.title,
    description: 'All 0, RoomAdmin 1, Guest 2, DocSpaceAdmin 3, User 4.',
    example: 'User',
  },
  wrapper('StringWrapper', { response: { ...text, example: 'http://localhost:8092/s/nfb9WKBF8vh3GH7' } }),
  wrapper('Int64Wrapper', { response: { type: 'integer', format: 'int64', example: 6 } }),
  wrapper('UserInfoWrapper', { response: ref('UserInfo') }),
  wrapper('EmptyWrapper', {}),
  wrapper('EmployeeFullWrapper', { response: ref('EmployeeFullDto') }),
  wrapper('BooleanWrapper', { response: { type: 'boolean', example: true } }),
  wrapper('AuthenticationTokenWrapper', { response: ref('AuthenticationTokenDto') }),
  wrapper('SettingsWrapper', { response: ref('SettingsDto') }),
  wrapper('CapabilitiesWrapper', { response: ref('CapabilitiesDto') }),
  wrapper('InvitationLinkWrapper', { response: ref('InvitationLinkDto') }),
  wrapper('ApiKeyResponseWrapper', { response: ref('ApiKeyResponseDto') }),
  wrapper('ApiKeyResponseArrayWrapper', { response: { type: 'array', items: ref('ApiKeyResponseDto') } }),
  wrapper('STRINGArrayWrapper', { response: { type: 'array', items: text, example: ['*:read'] } }),
  ...userInfoSchemas,
  ...invitationLinkSchemas,
  ...authenticationSchemas,
  ...peopleSchemas,
  ...settingsSchemas,
  ...apiKeySchemas,
  ...clientSchemas,
  {
    $id: 'Link',
    title: 'Link',
    type: 'object',
    description: 'The request that was answered.',
    properties: {
      href: { ...text, example: 'http://localhost:8092/api/2.0/portal/userscount' },
      action: { ...text, description: 'The HTTP method.', example: 'GET' },
    },
  },
  {
    $id: 'ErrorApiResponse',
    title: 'ErrorApiResponse',
    type: 'object',
    properties: {
      error: ref('ApiError'),
      status: { ...int32, description: 'Always 1.', example: 1 },
      statusCode: { ...int32, description: 'The HTTP status.', example: 403 },
    },
  },
  {
    $id: 'ApiError',
    title: 'ApiError',
    type: 'object',
    properties: {
      message: { ...text, example: 'Access denied' },
      type: {
        ...text,
        nullable: true,
        description: 'The .NET type of the exception.',
        example: 'System.Security.SecurityException',
      },
      stack: {
        ...text,
        nullable: true,
        example: '   at ASC.Web.Api.Controllers.PortalController.GetUserById(...)',
      },
      hresult: { ...int32, example: -2146233078 },
    },
  },
  {
    $id: 'ProblemDetails',
    title: 'ProblemDetails',
    type: 'object',
    properties: { ...problemMembers('15.5.5', 'Not Found', 404), traceId },
  },
  {
    $id: 'ValidationProblemDetails',
    title: 'ValidationProblemDetails',
    type: 'object',
    properties: {
      ...problemMembers('15.5.1', 'One or more validation errors occurred.', 400),
      errors: {
        type: 'object',
        description: 'What is wrong with each parameter.',
        additionalProperties: { type: 'array', items: text },
        example: { Userid: ["The value 'abc' is not valid for Userid."] },
      },
      traceId,
    },
  },
  wrapper('ProblemWrapper', { response: ref('ProblemDetails') }),
  wrapper('ValidationProblemWrapper', { response: ref('ValidationProblemDetails') }, { status: 1, statusCode: 400 }),
] as const
