import { LOGO, WEB_PAGE } from './validation.ts'

const text = { type: 'string' } as const
const guid = { ...text, format: 'uuid' } as const
const moment = { ...text, format: 'date-time', example: '2026-06-30T10:00:00Z' } as const
const texts = { type: 'array', items: text } as const
const id = { ...guid, example: '1c9c5b1e-7f0a-4a3d-9b52-6d1f0e8a2c31' } as const
const userId = { ...guid, example: '66faa6e4-f133-11ea-b126-00ffeec8b4ef' } as const
const name = { ...text, example: 'Reports' } as const
const description = { ...text, maxLength: 255, example: 'Makes reports.' } as const
const logo = { ...text, pattern: LOGO, example: 'data:image/png;base64,iVBORw0KGgo=' } as const
const page = { ...text, pattern: WEB_PAGE, example: 'https://example.com' } as const
const urls = {
  type: 'array',
  minItems: 1,
  maxItems: 12,
  items: { ...text, pattern: '^https?://\\S+$' },
  example: ['http://localhost:3000'],
} as const
const redirectUris = { ...urls, example: ['http://localhost:3000/callback'] } as const
const scopes = {
  ...texts,
  minItems: 1,
  description: 'Some of those that `GET scopes` lists.',
  example: ['accounts:read', 'openid'],
} as const
const allowPkce = { type: 'boolean', description: 'Whether the client can do without its secret.' } as const
const isPublic = { type: 'boolean', description: 'Always true, whatever is asked for.', example: true } as const
const shownUrl = { ...text, example: 'https://example.com' } as const

/** The bodies of the operations on OAuth2 clients, and what they answer. */
export const clientSchemas = [
  {
    $id: 'ClientResponse',
    title: 'ClientResponse',
    type: 'object',
    description: 'An OAuth2 client.',
    properties: {
      allowed_origins: { ...texts, example: ['http://localhost:3000'] },
      authentication_methods: {
        ...texts,
        description: '`none`, too, where PKCE is allowed.',
        example: ['client_secret_post'],
      },
      client_id: id,
      client_secret: {
        ...text,
        description: '36 letters and digits; in lists a text that tells nothing of them.',
        example: 'k3Zr9QmXb7VtYw2LpN8sJd5HgF4cRa6TuE1o',
      },
      created_by: userId,
      created_on: moment,
      description: { ...text, example: 'Makes reports.' },
      enabled: { type: 'boolean', example: true },
      is_public: { type: 'boolean', example: true },
      logo: { ...text, example: 'data:image/png;base64,iVBORw0KGgo=' },
      logout_redirect_uris: { ...texts, example: ['https://example.com'] },
      modified_by: userId,
      modified_on: moment,
      name,
      policy_url: shownUrl,
      redirect_uris: { ...texts, example: ['http://localhost:3000/callback'] },
      scopes: { ...texts, example: ['accounts:read', 'openid'] },
      tenant: { type: 'integer', format: 'int64', example: 1 },
      terms_url: shownUrl,
      website_url: shownUrl,
    },
  },
  {
    $id: 'PageableClientResponse',
    title: 'PageableClientResponse',
    type: 'object',
    description: 'A page of OAuth2 clients, and where the next one begins: nulls where there is none.',
    properties: {
      data: { type: 'array', items: { $ref: 'ClientResponse#' } },
      last_client_id: { ...id, nullable: true },
      last_created_on: { ...moment, nullable: true },
      limit: { type: 'integer', format: 'int32', example: 30 },
    },
  },
  {
    $id: 'ClientSecretResponse',
    title: 'ClientSecretResponse',
    type: 'object',
    properties: { client_secret: { ...text, example: 'k3Zr9QmXb7VtYw2LpN8sJd5HgF4cRa6TuE1o' } },
  },
  {
    $id: 'ScopeResponse',
    title: 'ScopeResponse',
    type: 'object',
    properties: {
      group: { ...text, example: 'accounts' },
      name: { ...text, example: 'accounts:read' },
      type: { ...text, example: 'read' },
    },
  },
  {
    $id: 'CreateClientRequest',
    title: 'CreateClientRequest',
    type: 'object',
    required: [
      'name',
      'logo',
      'website_url',
      'terms_url',
      'policy_url',
      'redirect_uris',
      'allowed_origins',
      'logout_redirect_uri',
      'scopes',
    ],
    properties: {
      name: { ...name, minLength: 3, maxLength: 256 },
      description,
      logo,
      allow_pkce: allowPkce,
      is_public: isPublic,
      website_url: page,
      terms_url: page,
      policy_url: page,
      redirect_uris: redirectUris,
      allowed_origins: urls,
      logout_redirect_uri: page,
      scopes,
    },
  },
  {
    $id: 'UpdateClientRequest',
    title: 'UpdateClientRequest',
    type: 'object',
    description: 'What is left out is not kept.',
    required: ['name', 'logo', 'allowed_origins'],
    properties: {
      name: { ...name, minLength: 1, maxLength: 256 },
      description,
      logo,
      allow_pkce: allowPkce,
      is_public: isPublic,
      allowed_origins: urls,
    },
  },
  {
    $id: 'ChangeClientActivationRequest',
    title: 'ChangeClientActivationRequest',
    type: 'object',
    properties: {
      status: { type: 'boolean', description: 'Whether the client is to be active; it is not unless given.' },
    },
  },
  {
    $id: 'ProblemDetail',
    title: 'ProblemDetail',
    type: 'object',
    description: 'A problem document of the identity service.',
    properties: {
      detail: { ...text, example: 'Validation failed' },
      instance: { ...text, description: 'The path of the request.', example: '/api/2.0/clients' },
      status: { type: 'integer', format: 'int32', example: 400 },
      title: { ...text, example: 'Bad Request' },
      type: { ...text, example: 'https://api.onlyoffice.com/docspace/api-backend/get-started/basic-concepts' },
      errors: {
        type: 'array',
        description: 'What is wrong with which member.',
        items: { $ref: 'FieldError#' },
      },
    },
  },
  {
    $id: 'FieldError',
    title: 'FieldError',
    type: 'object',
    properties: {
      field: { ...text, example: 'name' },
      code: { ...text, example: 'EmptyFieldError' },
      message: { ...text, example: 'client name must not be empty' },
    },
  },
] as const
