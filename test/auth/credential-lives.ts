import { TOTP } from 'otpauth'
import { claimsOf } from '../../src/oauth2/claims-of.ts'
import { apiKey, people } from '../helper.ts'
import {
  asClient,
  authorizeUrl,
  CALLBACK,
  getCode,
  getTokens,
  post,
  redeem,
  type TokenAnswer,
  Visitor,
  webApp,
} from '../identity/visitor.ts'

/** Users of the shipped fixture, with a second factor for one of them. */
export type Person = 'owner' | 'guest' | 'winfield'

/** Key of the authenticator app that the fixture gives to Winfield. */
export const TOTP_SECRET = 'JBSWY3DPEHPK3PXP'
const OTHER_SECRET = 'GEZDGNBVGY3TQOJQ'

/** A portal as its clients see it. */
export interface Subject {
  /** Scheme, host, port and path of the portal. */
  root: string
  /** The portal's time, in milliseconds since 1970. */
  now: () => number
  /** Advances the clock by some milliseconds. */
  pass: (ms: number) => void
  /** A number that is unique to each call. */
  next: () => number
}

/** Events of a portal. Each is a column of the table in docs/state.md. */
export const events = ['reset', 'with', 'without', 'load', 'drop', 'restart', 'data', 'back'] as const
export type Event = (typeof events)[number]

/** Where a kind of credential is stored, which decides which events it survives. */
type Home = 'row' | 'fixture' | 'machine key' | 'signing key'

/** Which events a credential survives, in the order of {@link events}. */
const outlives: Record<Home, string> = {
  row: 'no yes no no no no yes yes',
  fixture: 'yes yes yes yes yes yes yes yes',
  'machine key': 'yes yes yes yes yes yes yes yes',
  'signing key': 'yes yes yes yes no no yes yes',
}

/** A kind of credential: a row of the table. */
export interface CredentialKind {
  name: string
  home: Home
  make(subject: Subject, person: Person): Promise<string>
  holds(subject: Subject, credential: string): Promise<boolean>
  /** Ends it early, if possible. */
  end?(subject: Subject, credential: string): Promise<unknown>
  /** The users who get others after an event. Default: the owner and a guest. */
  others?: readonly Person[]
}

/** The row of a kind in the table of docs/state.md. */
export function expected({ home, end }: CredentialKind): string[] {
  const cells = outlives[home].split(' ')
  return end === undefined ? [...cells.slice(0, -1), '–'] : cells
}

async function ask(url: string, init: RequestInit = {}): Promise<Response> {
  return fetch(url, { redirect: 'manual', ...init })
}

async function json(url: string, method = 'GET', body?: unknown, headers: Record<string, string> = {}) {
  const answer = await ask(url, {
    method,
    headers: { ...headers, ...(body !== undefined && { 'content-type': 'application/json' }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  const text = await answer.text()
  if (!answer.ok) throw new Error(`${method} ${url}: ${answer.status} ${text}`)
  return text === '' ? null : JSON.parse(text)
}

const api = (root: string, path: string) => `${root}/api/2.0/${path}`
const control = (root: string, path: string, method: string, body?: unknown) =>
  json(`${root}/__mock/${path}`, method, body)

const isCaller = async (root: string, headers: Record<string, string>) =>
  (await ask(api(root, 'portal/userscount'), { headers })).status === 200

const asToken = ({ root }: Subject, token: string) => isCaller(root, { authorization: token })
const asBearer = ({ root }: Subject, token: string) => isCaller(root, { authorization: `Bearer ${token}` })
const cookie = (token: string) => ({ cookie: `asc_auth_key=${encodeURIComponent(token)}` })

const emails: Record<Person, string> = {
  owner: 'owner@example.com',
  guest: 'guest@example.com',
  winfield: 'winfield.wyman@example.com',
}

const login = (person: Person) => ({ userName: emails[person], password: `${person}-password` })

async function signIn({ root }: Subject, person: Person): Promise<string> {
  return (await json(api(root, 'authentication'), 'POST', login(person))).response.token
}

const signOut = ({ root }: Subject, token: string) =>
  json(api(root, 'authentication/logout'), 'POST', undefined, cookie(token))

const owner = { authorization: `Bearer ${apiKey('1')}` }

const mint = async ({ root }: Subject, what: string, body: object) => control(root, `credentials/${what}`, 'POST', body)

async function removeKey({ root }: Subject, key: string): Promise<unknown> {
  const keys: { id: string; keyPostfix: string }[] = (await json(api(root, 'keys'), 'GET', undefined, owner)).response
  const ids = keys.filter(({ keyPostfix }) => keyPostfix === key.slice(-4)).map(({ id }) => id)
  return Promise.all(ids.map((id) => json(api(root, `keys/${id}`), 'DELETE', undefined, owner)))
}

const revoke = ({ root }: Subject, token: string) => post(root, 'revoke', { token, ...asClient(webApp) })

async function signatureOf({ root }: Subject, person: Person): Promise<string> {
  const { sessionToken } = await control(root, 'credentials/session-token', 'POST', { user: person })
  const url = api(root, 'security/oauth2/token')
  return (await json(url, 'GET', undefined, { authorization: sessionToken })).response
}

const joins = async ({ root, next }: Subject, query: string) => {
  const email = `joined${next()}@example.com`
  const body = JSON.stringify({
    email,
    firstName: 'A',
    lastName: 'B',
    type: 4,
    fromInviteLink: true,
    key: keyOf(query),
  })
  const headers = { confirm: query, 'content-type': 'application/json' }
  return (await ask(api(root, 'people'), { method: 'POST', headers, body })).status === 200
}

const keyOf = (query: string) => new URLSearchParams(query).get('key')

async function longLink(shortLink: string): Promise<string> {
  return (await ask(shortLink)).headers.get('location') ?? ''
}

async function leadsOn(shortLink: string): Promise<boolean> {
  return (await longLink(shortLink)).includes('/confirm/')
}

const invite = async ({ root }: Subject) =>
  (await json(api(root, 'portal/users/invite/4'), 'GET', undefined, owner)).response

/** The link of a role. There is at most one, so an old one is deleted first. */
async function keptLink({ root }: Subject): Promise<{ id: string; url: string }> {
  const [path, type] = [api(root, 'portal/users/invitationlink'), 4]
  const { response: known } = await json(`${path}/${type}`, 'GET', undefined, owner)
  if (known !== undefined) await json(path, 'DELETE', { id: known.id }, owner)
  return (await json(path, 'POST', { employeeType: type }, owner)).response
}

async function congratulate({ root }: Subject, person: Person): Promise<string> {
  const { query } = await control(root, 'credentials/confirmation-key', 'POST', { user: people[person] })
  await ask(api(root, `portal/sendcongratulations?${query}`), { method: 'POST' })
  const [link = ''] = (await control(root, 'outbox', 'GET')).at(-1)?.links ?? []
  return longLink(link)
}

const isGood = async (link: string) => (await (await ask(link)).text()).includes('class="good"')

async function isCode({ root, now }: Subject, person: Person, secret: string): Promise<boolean> {
  const code = new TOTP({ secret, digits: 6 }).generate({ timestamp: now() })
  const body = JSON.stringify({ ...login(person), code })
  const headers = { 'content-type': 'application/json' }
  return (await ask(api(root, 'authentication/code'), { method: 'POST', headers, body })).status === 200
}

/** Browsers, by what stands for their cookies. */
const visitors = new Map<string, Visitor>()

function visitorFor({ root, next }: Subject): [name: string, visitor: Visitor] {
  const name = String(next())
  const visitor = new Visitor(new URL(root).origin)
  visitors.set(name, visitor)
  return [name, visitor]
}

const isSentBack = (url: string) => url.startsWith(CALLBACK) && url.includes('code=')

/** Every kind of credential. */
export const kinds: readonly CredentialKind[] = [
  { name: 'session token of a sign-in', home: 'row', make: signIn, holds: asToken, end: signOut },
  {
    name: 'cookie of a sign-in',
    home: 'row',
    make: signIn,
    holds: ({ root }, token) => isCaller(root, cookie(token)),
    end: signOut,
  },
  {
    name: 'session token minted with `signIn`',
    home: 'row',
    make: async (subject, user) => (await mint(subject, 'session-token', { user, signIn: true })).sessionToken,
    holds: asToken,
    end: signOut,
  },
  {
    name: 'session token minted without `signIn`',
    home: 'machine key',
    make: async (subject, user) => (await mint(subject, 'session-token', { user })).sessionToken,
    holds: asToken,
    end: ({ root }) => control(root, 'sessions', 'DELETE'),
  },
  {
    name: 'API key created by a client',
    home: 'row',
    make: async ({ root }) => (await json(api(root, 'keys'), 'POST', { name: 'mine' }, owner)).response.key,
    holds: asBearer,
    end: removeKey,
  },
  {
    name: 'minted API key',
    home: 'row',
    make: async (subject, user) => (await mint(subject, 'api-key', { user })).apiKey,
    holds: asBearer,
    end: removeKey,
  },
  {
    name: 'API key of the fixture',
    home: 'fixture',
    make: async () => apiKey('2'),
    holds: asBearer,
    end: ({ root }) => control(root, 'users/admin', 'PATCH', { apiKeys: [] }),
  },
  {
    name: 'Basic, with a password of the fixture',
    home: 'fixture',
    make: async (_, person) => btoa(`${emails[person]}:${person}-password`),
    holds: ({ root }, basic) => isCaller(root, { authorization: `Basic ${basic}` }),
    end: ({ root }) => control(root, 'users/owner', 'PATCH', { password: 'another-password' }),
  },
  {
    name: 'Basic, with a changed password',
    home: 'row',
    make: async ({ root, next }, person) => {
      const password = `changed-${next()}`
      await control(root, `users/${person}`, 'PATCH', { password })
      return btoa(`${emails[person]}:${password}`)
    },
    holds: ({ root }, basic) => isCaller(root, { authorization: `Basic ${basic}` }),
    end: ({ root }) => control(root, 'users/owner', 'PATCH', { password: 'another-password' }),
    others: ['guest'],
  },
  {
    name: 'OAuth2 access token',
    home: 'row',
    make: async ({ root }, person) => (await getTokens(root, people[person])).access_token,
    holds: asBearer,
    end: revoke,
  },
  {
    name: 'personal access token',
    home: 'row',
    make: async (subject) => {
      const form = { grant_type: 'personal_access_token', ...asClient(webApp), scope: 'read' }
      const headers = { 'x-signature': await signatureOf(subject, 'owner') }
      return ((await (await post(subject.root, 'token', form, headers)).json()) as TokenAnswer).access_token
    },
    holds: asBearer,
    end: revoke,
  },
  {
    name: 'minted access token',
    home: 'signing key',
    make: async (subject, user) =>
      (await mint(subject, 'access-token', { user, scopes: ['*:read'], clientId: webApp.clientId })).accessToken,
    holds: asBearer,
    end: revoke,
  },
  {
    name: 'refresh token',
    home: 'row',
    make: async ({ root }, person) => (await getTokens(root, people[person])).refresh_token,
    holds: async ({ root }, token) =>
      ((await (await post(root, 'introspect', { token })).json()) as { active: boolean }).active,
    end: revoke,
  },
  {
    name: 'authorization code',
    home: 'row',
    make: ({ root }, person) => getCode(root, people[person]),
    holds: async ({ root }, code) => (await redeem(root, code)).status === 200,
    end: ({ root }, code) => redeem(root, code),
  },
  {
    name: 'signature of an ID token',
    home: 'signing key',
    make: async ({ root }, person) => (await getTokens(root, people[person])).id_token ?? '',
    holds: async ({ root }, token) => {
      const { createLocalJWKSet, jwtVerify } = await import('jose')
      const keys = createLocalJWKSet(await json(`${root}/oauth2/jwks`))
      return jwtVerify(token, keys, { currentDate: new Date(Number(claimsOf(token).iat) * 1000) }).then(
        () => true,
        () => false,
      )
    },
  },
  {
    name: 'OAuth2 sign-in and consent (cookie)',
    home: 'row',
    make: async (subject, person) => {
      const [name, visitor] = visitorFor(subject)
      await visitor.authorize(authorizeUrl(subject.root), people[person])
      return name
    },
    holds: async ({ root }, name) => {
      const { url } = (await visitors.get(name)?.go(authorizeUrl(root))) ?? { url: '' }
      return isSentBack(url)
    },
  },
  {
    name: 'pending OAuth2 sign-in page',
    home: 'row',
    make: async (subject) => {
      const [name, visitor] = visitorFor(subject)
      const { url } = await visitor.go(authorizeUrl(subject.root))
      return `${name} ${url}`
    },
    holds: async (_, credential) => {
      const [name = '', url = ''] = credential.split(' ')
      const gone = await visitors.get(name)?.go(url, { person: people.owner })
      return gone?.url.includes('/oauth2/consent/') ?? false
    },
  },
  {
    name: 'OAuth2 client created with `POST clients`',
    home: 'row',
    make: async (subject, person) => {
      const client = {
        name: 'Reports',
        logo: 'data:image/png;base64,iVBORw0KGgo=',
        website_url: 'https://example.com',
        terms_url: 'https://example.com',
        policy_url: 'https://example.com',
        redirect_uris: [CALLBACK],
        allowed_origins: ['http://localhost:3000'],
        logout_redirect_uri: 'https://example.com',
        scopes: ['openid'],
      }
      const headers = { 'x-signature': await signatureOf(subject, person) }
      const made = await json(api(subject.root, 'clients'), 'POST', client, headers)
      return `${made.client_id} ${made.client_secret}`
    },
    holds: async ({ root }, credential) => {
      const [client_id = '', client_secret = ''] = credential.split(' ')
      const answer = await redeem(root, 'no-code', { client_id, client_secret })
      return ((await answer.json()) as { error: string }).error === 'invalid_grant'
    },
    end: async (subject, credential) => {
      const headers = { 'x-signature': await signatureOf(subject, 'owner') }
      return json(api(subject.root, `clients/${credential.split(' ')[0]}`), 'DELETE', undefined, headers)
    },
    others: ['owner'],
  },
  {
    name: 'invitation link of a user',
    home: 'machine key',
    make: async (subject) => new URL(await longLink(await invite(subject))).search.slice(1),
    holds: joins,
  },
  {
    name: 'invitation link of a role',
    home: 'row',
    make: async (subject) => new URL(await longLink((await keptLink(subject)).url)).search.slice(1),
    holds: joins,
    end: async ({ root }) => {
      const path = api(root, 'portal/users/invitationlink')
      const { response } = await json(`${path}/4`, 'GET', undefined, owner)
      return json(path, 'DELETE', { id: response.id }, owner)
    },
    others: [],
  },
  { name: 'short link', home: 'row', make: invite, holds: (_, link) => leadsOn(link) },
  {
    name: 'confirmation key of `sendcongratulations`',
    home: 'machine key',
    make: async (subject, user) => (await mint(subject, 'confirmation-key', { user })).query,
    holds: async ({ root }, query) =>
      (await ask(api(root, `portal/sendcongratulations?${query}`), { method: 'POST' })).status === 200,
  },
  {
    name: 'link to confirm an e-mail address',
    home: 'machine key',
    make: async (subject) => {
      await control(subject.root, `users/${people.winfield}`, 'PATCH', { activationStatus: 0 })
      const link = await congratulate(subject, 'winfield')
      return link
    },
    holds: (_, link) => isGood(link),
  },
  {
    name: 'link to change the password',
    home: 'row',
    make: async (subject, person) => {
      await control(subject.root, 'settings', 'PATCH', { edition: 'saas' })
      return congratulate(subject, person)
    },
    holds: (_, link) => isGood(link),
    // a second one for the same user ends the first
    end: (subject) => {
      subject.pass(1000)
      return congratulate(subject, 'owner')
    },
    others: ['guest'],
  },
  {
    name: '`x-signature`',
    home: 'machine key',
    make: signatureOf,
    holds: async ({ root }, signature) =>
      (await ask(api(root, 'clients?limit=1'), { headers: { 'x-signature': signature } })).status === 200,
  },
  {
    name: 'TOTP secret of the fixture',
    home: 'fixture',
    make: async () => TOTP_SECRET,
    holds: (subject, secret) => isCode(subject, 'winfield', secret),
    end: ({ root }) => control(root, `users/${people.winfield}`, 'PATCH', { tfa: null }),
  },
  {
    name: 'TOTP secret set with the control API',
    home: 'row',
    make: async ({ root }) => {
      await control(root, 'users/owner', 'PATCH', { tfa: { type: 'app', secret: OTHER_SECRET } })
      return OTHER_SECRET
    },
    holds: (subject, secret) => isCode(subject, 'owner', secret),
    end: ({ root }) => control(root, 'users/owner', 'PATCH', { tfa: null }),
    others: [],
  },
]
