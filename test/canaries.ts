import { randomBytes } from 'node:crypto'
import type { RawRequest } from './raw-request.ts'

/** A request and its secrets, each of which occurs only there. */
export interface Canaries {
  what: string
  request: RawRequest
  secrets: readonly string[]
}

const JSON_TYPE = ['Content-Type', 'application/json'] as const
const FORM_TYPE = ['Content-Type', 'application/x-www-form-urlencoded'] as const
const TEXT_TYPE = ['Content-Type', 'text/plain'] as const

const PEOPLE = '/api/2.0/people'
const COUNT = '/api/2.0/portal/userscount'

/** Secrets that are recognized by pattern. */
const shapes: Readonly<Record<string, () => string>> = {
  'API key': () => `sk-${randomBytes(32).toString('hex')}`,
  'session token': () => randomBytes(96).toString('base64'),
  'JSON Web Token': () =>
    [{ alg: 'ES256' }, { sub: randomBytes(9).toString('hex') }]
      .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
      .concat(randomBytes(32).toString('base64url'))
      .join('.'),
  'confirmation key': () => `522345678901.${randomBytes(16).toString('hex').toUpperCase()}Z9`,
  'invitation key': () => `aA1${randomBytes(90).toString('base64url')}`,
  'authorization code': () => `aA1${randomBytes(30).toString('base64url')}`,
}

/** Secrets that are recognized by name only. Clients of DocSpace or of OAuth2 use these names. */
const names = [
  'password',
  'Password',
  'passwordHash',
  'newPassword',
  'passwd',
  'pwd',
  'token',
  'access_token',
  'refresh_token',
  'id_token_hint',
  'code',
  'code_verifier',
  'code_challenge',
  'client_secret',
  'clientSecret',
  'client_assertion',
  'assertion',
  'tfaKey',
  'otp',
  'pin',
  'secret',
  'key',
  'Key',
  'confirmKey',
  'asc_auth_key',
  'apikeybearer',
  'api_key',
  'machineKey',
  'x-signature',
  'sessionid',
  'credentials',
  'jwt',
] as const

const headers = [
  'Authorization',
  'Proxy-Authorization',
  'X-Forwarded-Authorization',
  'X-Api-Key',
  'X-API-Token',
  'X-Auth-Token',
  'X-Access-Token',
  'X-Auth',
  'ApiKeyBearer',
  'asc_auth_key',
  'x-signature',
  'X-Hub-Signature-256',
  'X-Amz-Security-Token',
  'X-CSRF-Token',
  'X-Vault-Token',
  'Private-Token',
  'X-Client-Secret',
  'X-User-Password',
  'X-Session-Id',
  'Cookie2',
  'confirm',
] as const

/** One request for every kind of secret in every place. */
export function canaries(): Canaries[] {
  return [...inTargets(), ...inHeaders(), ...inBodies(), ...logins(), ...inBrokenRequests()]
}

function word(): string {
  return `canary${randomBytes(9).toString('hex')}`
}

/** A short link's key: fifteen characters. */
function shortLink(): string {
  return `c${randomBytes(7).toString('hex')}`
}

function escapeAll(text: string): string {
  return Buffer.from(text).toString('hex').replace(/../g, '%$&')
}

function inTargets(): Canaries[] {
  const shaped = Object.entries(shapes).flatMap(([kind, make]) => [
    get(`${kind} in a path`, (secret) => `/x/${encodeURIComponent(secret)}/y`, make),
    get(`${kind} in a path, escaped`, (secret) => `/x/${escapeAll(secret)}`, make),
    get(`${kind} in a query, unnamed`, (secret) => `${COUNT}?${encodeURIComponent(secret)}`, make),
    get(`${kind} in a query, under any name`, (secret) => `${COUNT}?x=${encodeURIComponent(secret)}`, make),
    get(`${kind} escaped twice`, (secret) => `${COUNT}?x=${encodeURIComponent(encodeURIComponent(secret))}`, make),
    get(
      `${kind} in a URL`,
      (secret) => `${COUNT}?to=${encodeURIComponent(`http://a/?key=${escapeAll(secret)}`)}`,
      make,
    ),
  ])
  const links = [
    (key: string) => `/s/${key}`,
    (key: string) => `/S/${key}`,
    (key: string) => `//s//${key}`,
    (key: string) => `/%73/${key}`,
    (key: string) => `/s/${escapeAll(key)}`,
    (key: string) => `/s%2F${key}`,
    (key: string) => `/%2573/${key}`,
    (key: string) => `/s/${key.slice(0, 11)}${escapeAll(key.slice(11))}`,
    (key: string) => `/@w1/s/${key}`,
    (key: string) => `/nope/s/${key}/x`,
    (key: string) => `/api/2.0/authentication/${key}`,
    (key: string) => `/api/2.0/authenticatio%6e/${key}`,
    (key: string) => `/api/2.0/nope?back=${encodeURIComponent(`http://localhost/s/${key}`)}`,
  ].map((path) => get(path('{key}'), path, shortLink))
  const named = names.flatMap((name) => [
    get(`${name} in a query`, (secret) => `${COUNT}?a=b&${name}=${secret}&c=d`, word),
    get(`${name} in a query, escaped`, (secret) => `${COUNT}?${escapeAll(name)}=${secret}`, word),
    get(
      `${name} in a query, escaped twice`,
      (secret) => `${COUNT}?${encodeURIComponent(escapeAll(name))}=${secret}`,
      word,
    ),
    get(`${name.toUpperCase()} in a query`, (secret) => `/nope?${name.toUpperCase()}=${secret}`, word),
    get(
      `x[${name}] in a query`,
      (secret) => `${COUNT}?x[${name}]=${secret}&x.${name}=${secret}&${name}[]=${secret}`,
      word,
    ),
  ])
  return [...shaped, ...links, ...named]
}

function get(what: string, path: (secret: string) => string, make: () => string): Canaries {
  const secret = make()
  return { what, request: { method: 'GET', path: path(secret) }, secrets: [secret] }
}

function inHeaders(): Canaries[] {
  const plain = headers.map((name) => withHeader(name, (secret) => secret))
  const shaped = Object.values(shapes).flatMap((make) => [
    ...['X-Other', 'User-Agent', 'From'].map((name) => withHeader(name, (secret) => `see ${secret}, please`, make)),
    ...['Authorization', 'X-Api-Key'].map((name) => withHeader(name, (secret) => secret, make)),
    ...['Bearer ', 'bearer\t', 'Bearer  ', 'Token ', 'Bearer Bearer ', 'ApiKey ', 'Bearer: ', '"'].map((scheme) =>
      withHeader('Authorization', (secret) => scheme + secret, make),
    ),
    withHeader('Cookie', (secret) => secret, make),
    withHeader('Cookie', (secret) => `a=b; ${secret}`, make),
  ])
  const cookies = ['asc_auth_key', 'x-signature', 'theme', '.AspNetCore.Session', ''].map((name) =>
    withHeader('Cookie', (secret) => `a=b;${name}=${secret}; c=d`),
  )
  return [
    ...plain,
    ...shaped,
    ...cookies,
    withHeader('Cookie', (secret) => secret),
    withHeader('confirm', (secret) => `type=LinkInvite&%6Bey=${secret}&uid=1`),
    withHeader('Referer', (secret) => `http://localhost/x?Key=${secret}#access_token=${secret}`),
    withHeader('Referer', (secret) => `http://user:${secret}@localhost/s/x`),
    withHeader('Referer', (secret) => `http://localhost/s/${secret}`, shortLink),
    withHeader('X-Original-URL', (secret) => `/x?asc%5Fauth%5Fkey=${secret}`),
    withHeader('X-Data', (secret) => JSON.stringify({ user: { passwords: [secret] } })),
    withHeader('X-Form', (secret) => `client_secret=${secret}&a=b`),
  ]
}

function withHeader(name: string, value: (secret: string) => string, make = word): Canaries {
  const secret = make()
  const request = { method: 'GET', path: COUNT, headers: [[name, value(secret)]] as const }
  return { what: `header ${name}: ${value('secret')}`, request, secrets: [secret] }
}

type Body = (name: string, secret: string) => string

const jsonBodies: Readonly<Record<string, Body>> = {
  member: (name, secret) => `{"a":1,"${name}":"${secret}","b":2}`,
  nested: (name, secret) => `{"a":[{"b":{"${name}" : "${secret}"}}]}`,
  array: (name, secret) => `{"${name}":["x",["${secret}"]],"b":1}`,
  object: (name, secret) => `{"${name}":{"value":"${secret}"},"b":1}`,
  'escaped name': (name, secret) => `{"\\u00${name.charCodeAt(0).toString(16)}${name.slice(1)}":"${secret}"}`,
  'JSON in JSON': (name, secret) => JSON.stringify({ data: JSON.stringify({ [name]: secret }) }),
  'JSON in JSON in JSON': (name, secret) => {
    return JSON.stringify({ data: [JSON.stringify({ data: JSON.stringify({ [name]: [secret] }) })] })
  },
  'form in JSON': (name, secret) => JSON.stringify({ body: `${name}=${secret}&a=b` }),
  'URL in JSON': (name, secret) => JSON.stringify({ url: `http://a/b?c=d&${encodeURIComponent(name)}=${secret}` }),
  'escaped URL in JSON': (name, secret) => `{"url":"http:\\/\\/a\\/b?c=d\\u0026${name}=${secret}"}`,
  'escaped JSON in JSON': (name, secret) => `{"data":"${encodeURIComponent(JSON.stringify({ [name]: secret }))}"}`,
  'cut off': (name, secret) => `{"a":"b","${name}":"${secret}`,
  'an odd quote before': (name, secret) => `it"s {"${name}":"${secret}"}`,
  'an odd quote and escapes before': (name, secret) => `it"s ${JSON.stringify(JSON.stringify({ [name]: secret }))}`,
  'no quotes': (name, secret) => `{${name}: ${secret}, b: 2}`,
  'single quotes': (name, secret) => `{'${name}': '${secret}'}`,
  'a comma missing': (name, secret) => `{"a":"b" "${name}":"${secret}"}`,
}

const otherBodies: Readonly<Record<string, [type: readonly [string, string], body: Body]>> = {
  form: [FORM_TYPE, (name, secret) => `${name}=${secret}&a=b`],
  'second in a form': [FORM_TYPE, (name, secret) => `a=b c&x[${name}]=${secret}`],
  'escaped in a form': [FORM_TYPE, (name, secret) => `a=b&${escapeAll(name)}=${escapeAll(secret)}`],
  'JSON in a form': [
    FORM_TYPE,
    (name, secret) => `data=${encodeURIComponent(JSON.stringify({ a: { [name]: secret } }))}`,
  ],
  text: [TEXT_TYPE, (name, secret) => `a: b\n${name}: words and ${secret} behind\nc: d\n`],
  XML: [['Content-Type', 'application/xml'], (name, secret) => `<a><x:${name} b="c">${secret}</x:${name}></a>`],
  'form sent as JSON': [JSON_TYPE, (name, secret) => `${name}=${secret}`],
  'JSON sent as text': [TEXT_TYPE, (name, secret) => `{"${name}":"${secret}"}`],
  multipart: [
    ['Content-Type', 'multipart/form-data; boundary=x'],
    (name, secret) => `--x\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${secret}\r\n--x--\r\n`,
  ],
  'JSON in multipart': [
    ['Content-Type', 'multipart/form-data; boundary=x'],
    (name, secret) => {
      const parts = ['it"s', JSON.stringify({ a: [{ [name]: secret }] })]
      return `${parts.map((part) => `--x\r\nContent-Disposition: form-data; name=a\r\n\r\n${part}\r\n`).join('')}--x--\r\n`
    },
  ],
}

function inBodies(): Canaries[] {
  const all = [
    ...Object.entries(jsonBodies).map(([form, body]) => [form, [JSON_TYPE, body]] as const),
    ...Object.entries(otherBodies),
  ]
  const named = names.flatMap((name) =>
    all.map(([form, [type, body]]) => withBody(`${name}, ${form}`, type, name, body)),
  )
  const shaped = Object.entries(shapes).flatMap(([kind, make]) =>
    all.map(([form, [type, body]]) => withBody(`${kind}, ${form}`, type, 'anything', body, make)),
  )
  const secret = randomBytes(6).readUIntBE(0, 6) + 1e12
  const number = withBody(
    'a number',
    JSON_TYPE,
    'code',
    () => `{"code":${secret},"codes":[${secret}]}`,
    () => `${secret}`,
  )
  return [...named, ...shaped, number]
}

function withBody(what: string, type: readonly [string, string], name: string, body: Body, make = word): Canaries {
  const secret = make()
  return {
    what: `body: ${what}`,
    request: { method: 'POST', path: PEOPLE, headers: [type], body: body(name, secret) },
    secrets: [secret],
  }
}

/** E-mail and password in Base64, wherever a client may put them. */
function logins(): Canaries[] {
  const places: ((login: string) => RawRequest)[] = [
    ...[
      'Basic ',
      'basic ',
      'BASIC  ',
      'Basic\t',
      'Basic: ',
      ' Basic   ',
      'Basic Basic ',
      'Bearer ',
      'Bearer Basic ',
      'Token ',
      '',
    ].map((scheme) => {
      return (login: string) => ({ method: 'GET', path: COUNT, headers: [['Authorization', scheme + login]] as const })
    }),
    ...['Proxy-Authorization', 'X-Authorization', 'X-Auth', 'X-Other'].map((name) => {
      return (login: string) => ({ method: 'GET', path: COUNT, headers: [[name, `Basic ${login}`]] as const })
    }),
    (login) => ({ method: 'GET', path: `${COUNT}?x=Basic%20${encodeURIComponent(login)}` }),
    (login) => ({ method: 'GET', path: `${COUNT}?x=Basic+${encodeURIComponent(login)}` }),
    (login) => ({ method: 'POST', path: PEOPLE, headers: [TEXT_TYPE], body: `GET /\nAuthorization: Basic ${login}\n` }),
    (login) => ({
      method: 'POST',
      path: PEOPLE,
      headers: [JSON_TYPE],
      body: JSON.stringify({ headers: { Authorization: [`Basic ${login}`] }, curl: `-H 'x: Basic ${login}'` }),
    }),
  ]
  return places.map((place) => {
    const password = word()
    const request = place(Buffer.from(`owner@example.com:${password}`).toString('base64'))
    // the login and its end, which is the end of the password
    const login = Buffer.from(`owner@example.com:${password}`).toString('base64')
    return { what: `a login: ${JSON.stringify(place('login'))}`, request, secrets: [password, login, login.slice(-4)] }
  })
}

/** Requests that Node's HTTP parser refuses, so that no route sees them. */
function inBrokenRequests(): Canaries[] {
  const broken: ((key: string, secret: string) => RawRequest)[] = [
    (key, secret) => ({ method: 'GET', path: `/s/${key}\x01?password=${secret}` }),
    (key, secret) => ({ method: 'GET', path: `/%73/${key}?%6Bey=${secret}`, headers: [['a b', 'c']] }),
    (key, secret) => ({ method: 'GET', path: `http://user:${secret}@localhost/s/${key}`, headers: [['a b', 'c']] }),
    (key, secret) => ({ method: 'BREW', path: `/s/${key}`, headers: [['Cookie', secret]] }),
    (key, secret) => ({
      method: 'POST',
      path: `/api/2.0/authentication/${key}`,
      headers: [JSON_TYPE, ['Transfer-Encoding', 'chunked'], ['Authorization', secret]],
      body: 'zz\r\n',
    }),
    (key, secret) => ({
      method: 'GET',
      path: `/s/${key}`,
      headers: [
        ['X-Api-Key', secret],
        ['X-Long', 'x'.repeat(40_000)],
      ],
    }),
  ]
  return broken.map((make, i) => {
    const secrets = [shortLink(), word()] as const
    return { what: `broken request ${i}`, request: make(...secrets), secrets }
  })
}

/** Every spelling of a secret that must not appear, and its larger parts. */
export function spellingsOf(secret: string): string[] {
  const bytes = Buffer.from(secret)
  const parts = secret.length < 24 ? [secret] : [secret, secret.slice(0, 12), secret.slice(-12)]
  const encoded = [encodeURIComponent(secret), encodeURIComponent(encodeURIComponent(secret)), escapeAll(secret)]
  const base64 = secret.length < 8 ? [] : [bytes.toString('base64'), bytes.toString('base64url')]
  return [...new Set([...parts, ...encoded, ...base64])]
}
