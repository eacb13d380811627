import type { AddressInfo } from 'node:net'
import { type Logger, pino } from 'pino'
import t, { type Test } from 'tap'
import type { ProfileName } from '../src/domain/profile.ts'
import { createServer } from '../src/server.ts'
import { apiKey, people, testPortal } from './helper.ts'
import { type Answer, exchange } from './http/exchange.ts'

t.setTimeout(120_000)

const COUNT = '/api/2.0/portal/userscount'
const MARK = '/api/2.0/portal/present/mark'
const INVITE = '/api/2.0/portal/users/invite/1'
const PERSON = `/api/2.0/portal/users/${people.winfield}`
const CONGRATULATE = '/api/2.0/portal/sendcongratulations'
const MILLION = 'a'.repeat(1_000_000)

/** A request line and headers; what isn't given is as a well-behaved client would have it. */
interface Parts {
  method?: string
  target?: string
  /** `null`: no such header. */
  host?: string | null
  authorization?: string
  /** Whole lines. */
  more?: readonly string[]
  body?: string
}

function write({
  method = 'GET',
  target = COUNT,
  host = 'docs.example.com',
  authorization = `Bearer ${apiKey('1')}`,
  more = [],
  body = '',
}: Parts = {}): string {
  const lines = [
    `${method} ${target} HTTP/1.1`,
    ...(host === null ? [] : [`Host: ${host}`]),
    'Connection: close',
    ...(authorization === '' ? [] : [`Authorization: ${authorization}`]),
    ...more,
  ]
  return `${lines.join('\r\n')}\r\n\r\n${body}`
}

function writeBody(body: string, parts: Parts): string {
  return write({ ...parts, more: [...(parts.more ?? []), `Content-Length: ${body.length}`], body })
}

/** What may be sent to make a server fail. Where two numbers stand, the second is the status in the `server` profile. */
type Case = readonly [what: string, request: string | Buffer, status: number | readonly [number, number]]

const notHttp: Case[] = [
  ['a text', 'hello there\r\n\r\n', 400],
  ['bytes', Buffer.from([0, 1, 2, 255, 254, 13, 10, 13, 10]), 400],
  ['a TLS handshake', Buffer.from('16030100a5010000a10303', 'hex'), 400],
  ['the preface of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 400],
  ['no version', 'GET /\r\n\r\n', 200],
  ['a version that there is not', write().replace('HTTP/1.1', 'HTTP/7.3'), 400],
  ['lines without carriage returns', write().replaceAll('\r', ''), 400],
  ['a header without a colon', write({ more: ['Colonless'] }), 400],
  ['a header whose name has a blank', write({ more: ['A b: c'] }), 400],
  ['a header with NUL', write({ more: ['X-A: a\0b'] }), 400],
  ['a header with DEL', write({ more: ['X-A: a\x7fb'] }), 400],
  ['a folded header', write({ more: ['X-A: a', '  b'] }), 400],
  ['a method in lower case', write({ method: 'get' }), 400],
  ['a method that there is not', write({ method: 'FOO' }), 400],
  ['a target without a slash', write({ target: 'api/2.0/portal/userscount' }), 400],
  ['a target with a tab', write({ target: `${COUNT}?a=\tb` }), 400],
  ['raw bytes beyond ASCII in the path', write({ target: '/api/2.0/portal/users/\xe9' }), 400],
  ['raw bytes beyond ASCII in the query', write({ target: `${COUNT}?a=\xff\xfe` }), 400],
  ['two lengths', write({ method: 'POST', target: MARK, more: ['Content-Length: 1', 'Content-Length: 2'] }), 400],
  ['a negative length', write({ method: 'POST', target: MARK, more: ['Content-Length: -1'] }), 400],
  ['a length that is no number', write({ method: 'POST', target: MARK, more: ['Content-Length: 0x10'] }), 400],
  ['a length and chunks', write({ method: 'POST', more: ['Content-Length: 5', 'Transfer-Encoding: chunked'] }), 400],
  ['an unknown transfer coding', write({ method: 'POST', target: MARK, more: ['Transfer-Encoding: gzip'] }), 400],
  ['a first chunk of garbage', write({ method: 'POST', more: ['Transfer-Encoding: chunked'], body: 'zz\r\n' }), 400],
]

const tooMuch: Case[] = [
  ['a header of a million characters', write({ more: [`X-A: ${MILLION}`] }), 431],
  ['a token of a million characters', write({ authorization: MILLION }), 431],
  ['a bearer token of a million characters', write({ authorization: `Bearer ${MILLION}` }), 431],
  ['a cookie of a million characters', write({ authorization: '', more: [`Cookie: asc_auth_key=${MILLION}`] }), 431],
  ['a target of a million characters', write({ target: `/${MILLION}` }), 431],
  ['a query of a million characters', write({ target: `${COUNT}?asc_auth_key=${MILLION}` }), 431],
  ['a token of 30,000 characters', write({ authorization: 'a'.repeat(30_000) }), 401],
  ['a JWT of 30,000 characters', write({ authorization: `Bearer ${'a'.repeat(30_000)}.b.c` }), [401, 400]],
  ['an API key of 30,000 characters', write({ authorization: `Bearer sk-${'a'.repeat(30_000)}` }), 401],
  [
    'a password of 20,000 characters',
    write({ authorization: `Basic ${btoa(`owner@example.com:${'a'.repeat(20_000)}`)}` }),
    401,
  ],
  ['a cookie of 30,000 names', write({ authorization: '', more: [`Cookie: ${'a;'.repeat(15_000)}`] }), 401],
  ['a request line of 8 KiB', write({ target: lineOf(8192) }), 200],
  ['a request line of 8 KiB and a byte', write({ target: lineOf(8193) }), 414],
  ['a long unknown path', write({ target: `/${'a'.repeat(9000)}` }), 414],
  ['100 headers', write({ more: headers(97) }), 200],
  ['101 headers', write({ more: headers(98) }), 431],
  ['101 headers of one name', write({ more: Array.from({ length: 98 }, () => 'X-A: b') }), 431],
  ['1000 headers', write({ more: headers(1000) }), 431],
  ['10,000 headers', write({ more: headers(10_000) }), 431],
]

const targets: Case[] = [
  ['invalid escapes in the path', write({ target: '/api/2.0/portal/users/%zz' }), 404],
  ['half an escape at the end', write({ target: '/api/2.0/portal/users/%' }), 404],
  ['half an escape in a version', write({ target: '/api/%2/portal/userscount' }), 404],
  ['no UTF-8 in the path', write({ target: '/api/2.0/portal/users/%ff%fe' }), 404],
  ['no UTF-8 for a role', write({ target: '/api/2.0/portal/users/invite/%ff' }), 400],
  ['invalid escapes in the query', write({ target: `${COUNT}?%zz=%&%ff=%c3&=&&=%` }), 200],
  ['invalid escapes for a user', write({ method: 'POST', target: `${CONGRATULATE}?userid=%zz&key=%ff` }), 400],
  ['NUL in the path', write({ target: '/api/2.0/portal/users/invite/%00' }), 400],
  ['NUL in the query', write({ target: `${COUNT}?a=%00` }), 400],
  ['NUL in an unknown path', write({ target: '/%00' }), 400],
  ['a way out of the root', write({ target: '/../../../../etc/passwd' }), 404],
  ['an escaped way out', write({ target: '/docs/..%2f..%2f..%2fpackage.json' }), 404],
  ['a short link with a way out', write({ target: '/s/..%2f..%2fetc' }), 302],
  ['a prototype', write({ target: '/api/2.0/portal/users/__proto__' }), 404],
  ['a prototype as a role', write({ target: '/api/2.0/portal/users/invite/__proto__' }), 400],
  ['an asterisk', write({ target: '*' }), 404],
  ['an asterisk of OPTIONS', write({ method: 'OPTIONS', target: '*' }), 404],
  ['an absolute target', write({ target: `http://docs.example.com${COUNT}` }), 200],
  ['an absolute target in capitals', write({ target: `HTTP://Docs.Example.COM${COUNT}` }), 200],
  ['an absolute target with the usual port', write({ target: `http://docs.example.com:80${COUNT}` }), 200],
  ['an absolute target with a dot behind its host', write({ target: `http://docs.example.com.${COUNT}` }), 200],
  ['an absolute target without a path', write({ target: 'http://docs.example.com' }), 403],
  ['an absolute target with only a query', write({ target: 'http://docs.example.com?a=b' }), 403],
  ['an absolute target on another host', write({ target: `http://other.example.com${COUNT}` }), 400],
  ['an absolute target on another port', write({ target: `http://docs.example.com:81${COUNT}` }), 400],
  ['an absolute target without a host', write({ target: `http:///${COUNT}` }), 400],
  ['an absolute target of another scheme', write({ target: `ftp://docs.example.com${COUNT}` }), 404],
  ['a fragment', write({ target: `${COUNT}#a` }), 404],
]

const hosts: Case[] = [
  ['no Host', write({ host: null }), 400],
  ['two Hosts', write({ more: ['Host: docs.example.com'] }), 400],
  ...['', 'a b', 'a/b', 'a:b', 'a:', ':80', '[::1', 'a@b', 'a?b', 'a,b', '\xe9', '%61'].map(
    (host): Case => [`the Host «${host}»`, write({ host }), 400],
  ),
  ...['1.2.3.400', '999999999999', 'xn--a', '[::::]', '..', '-', 'a:99999'].flatMap((host): Case[] => [
    [`the Host «${host}», which is none`, write({ host }), 200],
    [`a link for the Host «${host}»`, write({ host, target: INVITE }), 200],
    [`a short link on the Host «${host}»`, write({ host, target: '/s/unknown' }), 302],
  ]),
  ['no Host in HTTP/1.0', write({ host: null }).replace('HTTP/1.1', 'HTTP/1.0'), 200],
  ['a link without a Host', write({ host: null, target: INVITE }).replace('HTTP/1.1', 'HTTP/1.0'), 200],
]

const doubled: Case[] = [
  ['Authorization twice, the same', write({ more: [`Authorization: Bearer ${apiKey('1')}`] }), [200, 401]],
  ['Authorization twice, one bad', write({ more: ['Authorization: Basic !!!'] }), [200, 401]],
  [
    'Authorization a hundred times',
    write({ more: Array.from({ length: 90 }, () => 'Authorization: Basic eDp5') }),
    [200, 401],
  ],
  [
    'Content-Type twice',
    write({ method: 'POST', target: MARK, more: ['Content-Type: a/b', 'Content-Type: c/d'] }),
    200,
  ],
  ['Origin twice', write({ more: ['Origin: http://a', 'Origin: http://b'] }), [200, 500]],
  ['Cookie twice', write({ authorization: '', more: ['Cookie: asc_auth_key=a', 'Cookie: asc_auth_key=b'] }), 401],
  [
    'traceparent twice',
    write({ target: '/api/2.0/portal/users/invite/9', more: ['traceparent: a', 'traceparent: b'] }),
    400,
  ],
]

const values: Case[] = [
  ...[';;;,,,q=x', '*/*;q=', 'text/json;q=9999999999999', '\xff', ',', 'a'.repeat(20_000)].map(
    (accept): Case => [`Accept: ${accept.slice(0, 40)}`, write({ more: [`Accept: ${accept}`] }), 200],
  ),
  ...[';', '=', ';;=;=%;', 'asc_auth_key', 'asc_auth_key=%zz', 'asc_auth_key=%00', '__proto__=1', '\xe9=\xe9'].map(
    (cookie): Case => [`Cookie: ${cookie}`, write({ more: [`Cookie: ${cookie}`] }), 200],
  ),
  ...['Basic', 'Basic ', 'Basic =', 'Basic \xe9', 'Bearer', 'Bearer ', 'Bearer sk-', 'Bearer ..', 'constructor'].map(
    (authorization): Case => [
      `Authorization: ${authorization}`,
      write({ authorization }),
      [401, /^Basic ./.test(authorization) ? 500 : 401],
    ],
  ),
  ...['X-Forwarded-For', 'X-Forwarded-Host', 'X-Forwarded-Proto'].flatMap((name) =>
    ['a b/c, , \xff', '', '::::', '[', 'a'.repeat(10_000), '1.2.3.999:99999999'].map(
      (value): Case => [`${name}: ${value.slice(0, 40)}`, write({ target: INVITE, more: [`${name}: ${value}`] }), 200],
    ),
  ),
  ...['javascript:alert(1)', 'data:,', 'file:///x', 'http://', '//', 'http://[', 'http://a b'].map(
    (origin): Case => [`origin=${origin}`, write({ target: `${INVITE}?origin=${encodeURIComponent(origin)}` }), 200],
  ),
  ...['a', 'http://', 'null', '\xff', 'http://['].map(
    (origin): Case => [`Origin: ${origin}`, write({ more: [`Origin: ${origin}`] }), [200, 500]],
  ),
  ['a payment that is no truth value', write({ more: ['Payment-Info: \x80\xff'] }), 200],
  ['an explanation of nonsense', write({ authorization: '\xe9\xff', more: ['X-DocSpace-Mock-Explain: \xe9'] }), 401],
]

const parameters: Case[] = [
  ...[
    '',
    'userid[]=x',
    'userid[0]=x&key[0]=y',
    'userid[a][b]=c',
    '__proto__[a]=b',
    'inDto',
    'inDto.a=b',
    '&&&=',
    '+=+',
  ].map(
    (query): Case => [
      `sendcongratulations?${query}`,
      write({ method: 'POST', target: `${CONGRATULATE}?${query}` }),
      [403, 400],
    ],
  ),
  ...['userid=a&userid=b', 'userid=', 'userid=%5b%5d&key=a.b', 'inDto.userid=x'].map(
    (query): Case => [
      `sendcongratulations?${query}`,
      write({ method: 'POST', target: `${CONGRATULATE}?${query}` }),
      400,
    ],
  ),
  ...[
    'key=.',
    'key=...',
    'key=a.b',
    'key=1.b',
    'key=999999999999999999999.b',
    'key=-1.b',
    'key=a&key=b',
    `key=${'1'.repeat(7000)}.a`,
  ].map(
    (query): Case => [
      `sendcongratulations?${query.slice(0, 40)}`,
      write({ method: 'POST', target: `${CONGRATULATE}?${query}` }),
      403,
    ],
  ),
  ...['__proto__', 'constructor,toString', '[]', 'a.b.c..d', '.', 'response', ','.repeat(2000)].map(
    (fields): Case => [`fields=${fields.slice(0, 40)}`, write({ target: `${PERSON}?fields=${fields}` }), 200],
  ),
  ['fields a thousand times', write({ target: `${PERSON}?${'fields=id&'.repeat(700)}` }), 200],
  ['fields of fields', write({ target: `${PERSON}?fields[__proto__]=id&fields[][]=id` }), 200],
]

const methods: Case[] = [
  ...['POST', 'PUT', 'PATCH', 'DELETE', 'TRACE', 'QUERY', 'PROPFIND', 'PURGE', 'LOCK', 'SEARCH', 'M-SEARCH'].map(
    (method): Case => [`the method ${method}`, write({ method }), 405],
  ),
  ...['PATCH', 'QUERY', 'TRACE'].map(
    (method): Case => [`${method} of nothing`, write({ method, target: '/nope' }), 404],
  ),
  ['HEAD', write({ method: 'HEAD' }), 405],
  ['an upgrade', write({ more: ['Connection: Upgrade', 'Upgrade: websocket'] }), 200],
  ['an upgrade to HTTP/2', write({ more: ['Upgrade: h2c', 'HTTP2-Settings: AAMAAABkAAQAAP__'] }), 200],
  ['an expectation that there is not', write({ more: ['Expect: miracles'] }), 417],
]

const all = [...notHttp, ...tooMuch, ...targets, ...hosts, ...doubled, ...values, ...parameters, ...methods]

/** What a refusal says, where it says anything. */
const bodies: Record<number, RegExp> = {
  400: /^$|^{"response":{"type":"https:\/\/tools.ietf.org\/html\/rfc9110#section-15.5.1",/,
  403: /^{"error":{"message":"Access denied",|^<!doctype html>/i,
}

const operations: [method: string, target: string, status: number][] = [
  ['GET', COUNT, 200],
  ['GET', PERSON, 200],
  ['GET', INVITE, 200],
  ['POST', MARK, 200],
  ['POST', `${CONGRATULATE}?key=a.b`, 403],
  ['PUT', COUNT, 405],
  ['DELETE', COUNT, 405],
  ['POST', '/nope', 404],
  ['GET', '/health', 200],
  ['POST', '/health', 404],
  ['GET', '/oauth2/jwks', 200],
  ['GET', '/s/unknown', 302],
  ['GET', '/confirm/LinkInvite', 200],
]

const contents: [what: string, body: string, ...more: string[]][] = [
  ['5 MB', 'a'.repeat(5_000_000), 'Content-Type: application/json'],
  ['half JSON', '{"a": ', 'Content-Type: application/json'],
  ['JSON with a prototype', '{"__proto__": {"a": 1}}', 'Content-Type: application/json'],
  ['no JSON', 'a=b', 'Content-Type: application/json; charset=nonsense'],
  ['the type ///', 'ab', 'Content-Type: ///'],
  ['an empty type', 'ab', 'Content-Type: '],
  ['no type', 'ab'],
  ['two types', 'ab', 'Content-Type: text/plain', 'Content-Type: application/json'],
  ['a type of raw bytes', 'ab', 'Content-Type: \xff/\xfe'],
  ['a form', 'a=b&c', 'Content-Type: application/x-www-form-urlencoded'],
  ['parts without a boundary', '--\r\n\r\n--', 'Content-Type: multipart/form-data'],
  ['compressed nonsense', 'ab', 'Content-Encoding: gzip', 'Content-Type: application/json'],
  ['chunks', '2\r\nab\r\n0\r\n\r\n', 'Transfer-Encoding: chunked'],
  ['chunks with trailers', '2\r\nab\r\n0\r\nX-A: b\r\n\r\n', 'Transfer-Encoding: chunked', 'Trailer: X-A'],
]

for (const profile of ['documented', 'server'] as const) {
  t.test(`requests that are no good, in the ${profile} profile`, async (t) => {
    const { port, errors } = await listening(t, profile)
    for (const [what, request, expected] of all) {
      const status = typeof expected === 'number' ? expected : expected[profile === 'documented' ? 0 : 1]
      const [answer, ...others] = await exchange(port, request)
      t.equal(answer?.status, status, what)
      t.same(others, [])
      if (profile === 'documented' && status >= 400) t.match(answer?.body, bodies[status] ?? /^$/, `${what}: its body`)
      await goesOn(t, port)
    }
    t.same(errors, [], 'none of it was an error of the server’s own')
  })

  t.test(`bodies that nobody asked for, in the ${profile} profile`, async (t) => {
    const { port, errors } = await listening(t, profile)
    for (const [method, target, status] of operations) {
      for (const [what, body, ...more] of contents) {
        const lines = more.some((line) => line.startsWith('Transfer-Encoding'))
          ? more
          : [...more, `Content-Length: ${body.length}`]
        const [answer] = await exchange(port, write({ method, target, more: lines, body }))
        t.equal(answer?.status, status, `${method} ${target} with ${what}`)
      }
      await goesOn(t, port)
    }
    t.same(errors, [])
  })
}

t.test('connections', async (t) => {
  const { port } = await listening(t, 'documented')
  const first = write().replace('Connection: close\r\n', '')

  t.same(statusesOf(await exchange(port, write(), { pieces: true })), [200], 'byte by byte')
  const three = first + write({ target: '/nope' }).replace('Connection: close\r\n', '') + write({ method: 'POST' })
  t.same(statusesOf(await exchange(port, three)), [200, 404, 405], 'three requests at once')
  const unread = write({ method: 'POST', target: MARK, more: ['Content-Length: 8'], body: 'GET / HT' })
  t.same(statusesOf(await exchange(port, unread.replace('Connection: close\r\n', '') + write())), [200, 200])
  t.same(statusesOf(await exchange(port, `\r\n\r\n${write()}`)), [200], 'empty lines in front')
  t.same(statusesOf(await exchange(port, `${first}no HTTP\r\n\r\n`)).at(-1), 400, 'garbage behind a request')
  t.same(
    statusesOf(await exchange(port, write({ method: 'POST', target: MARK, more: ['Content-Length: 9'], body: 'ab' }))),
    [200],
    'less than was promised',
  )
  const more = write({ method: 'POST', target: MARK, more: ['Content-Length: 2'], body: 'abcdef' })
  t.equal((await exchange(port, more))[0]?.status, 200, 'more than was promised')
  const expecting = write({
    method: 'POST',
    target: MARK,
    more: ['Expect: 100-continue', 'Content-Length: 2'],
    body: 'ab',
  })
  t.same(statusesOf(await exchange(port, expecting)), [100, 200], 'a client that asks whether it may go on')
  t.same(
    await exchange(port, 'CONNECT docs.example.com:80 HTTP/1.1\r\nHost: docs.example.com:80\r\n\r\n'),
    [],
    'a tunnel',
  )
  await goesOn(t, port)
})

const harmless = new Set([100, 200, 204, 302, 400, 401, 403, 404, 405, 408, 414, 417, 431])

const SEED = 0x0d0c59ac
const MUTATIONS = 600

t.test(`${MUTATIONS} mutations of good requests, from the seed ${SEED}`, async (t) => {
  const { port, errors } = await listening(t, 'documented')
  const random = randomNumbers(SEED)
  for (let n = 0; n < MUTATIONS; n++) {
    const request = mutate(random)
    const answers = await exchange(port, request, { patience: 50 })
    const wrong = statusesOf(answers).filter((status) => !harmless.has(status))
    if (wrong.length > 0) t.fail(`mutation ${n} was answered with ${wrong}`, { request: request.toString('latin1') })
    if (n % 20 === 0) await goesOn(t, port)
  }
  t.same(errors, [])
  await goesOn(t, port)
})

/** A good request on which up to four random things were done. */
function mutate(random: (below: number) => number): Buffer {
  const pick = <Item>(items: readonly Item[]): Item => items[random(items.length)] as Item
  const origin = ['Origin: https://a.example.com', 'Access-Control-Request-Method: GET']
  let bytes = Buffer.from(
    pick([
      write(),
      write({ target: PERSON, more: ['Accept: text/json, */*;q=0.1'] }),
      write({ target: `${PERSON}?fields=id,email&origin=https://a.example.com` }),
      write({ target: INVITE, more: ['X-Forwarded-Host: b.example.com', 'X-Forwarded-For: 203.0.113.7'] }),
      write({ method: 'OPTIONS', more: origin }),
      write({ authorization: `Basic ${btoa('owner@example.com:owner-password')}`, more: origin }),
      write({ authorization: '', more: ['Cookie: a=b; asc_auth_key=YWJj%3D; c="d"'] }),
      write({ authorization: 'Bearer eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln', more: ['traceparent: 00-1-2-01'] }),
      writeBody('{"a": 1}', { method: 'POST', target: MARK, more: ['Content-Type: application/json'] }),
      write({ method: 'POST', target: `${CONGRATULATE}?Userid=${people.owner}&Key=1.ABC` }),
      write({ target: '/s/abcdefghijklmno' }),
      write({ target: `/confirm/LinkInvite?type=LinkInvite&key=1.A&uid=${people.owner}&emplType=4` }),
      write({ target: `http://docs.example.com${COUNT}`, more: ['Payment-Info: false'] }),
    ]),
    'latin1',
  )
  for (let left = 1 + random(4); left > 0; left--) {
    const at = random(bytes.length)
    const to = Math.min(bytes.length, at + 1 + random(40))
    const some = Buffer.from(Array.from({ length: 1 + random(8) }, () => random(256)))
    const nasty = Buffer.from(
      pick([
        '%00',
        '%',
        '%ff',
        '//',
        '/../',
        '\r\n',
        '\r\n\r\n',
        ':',
        '\0',
        '\x80',
        '[]',
        '?',
        '&',
        ';',
        ',',
        '=',
        'Bearer ',
        'Basic ',
        '{',
        '"',
        '__proto__',
        '9'.repeat(400),
      ]),
      'latin1',
    )
    bytes = pick([
      () => Buffer.concat([bytes.subarray(0, at), some, bytes.subarray(at)]),
      () => Buffer.concat([bytes.subarray(0, at), nasty, bytes.subarray(at)]),
      () => Buffer.concat([bytes.subarray(0, at), bytes.subarray(to)]),
      () => Buffer.concat([bytes.subarray(0, to), bytes.subarray(at)]),
      () => Buffer.concat([bytes.subarray(0, at), some, bytes.subarray(Math.min(bytes.length, at + some.length))]),
      () => bytes.subarray(0, at + 1),
    ])()
  }
  return bytes
}

/** Always the same numbers from the same seed (mulberry32). */
function randomNumbers(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below)
  }
}

async function listening(t: Test, profile: ProfileName) {
  const errors: string[] = []
  const logger: Logger = pino({ level: 'error' }, { write: (line) => errors.push(line) })
  const app = await createServer({ portals: [testPortal(t)], profile, logger })
  t.teardown(() => app.close())
  await app.listen({ port: 0, host: '127.0.0.1' })
  return { port: (app.server.address() as AddressInfo).port, errors }
}

/** Whether the next request, on another connection, is answered. */
async function goesOn(t: Test, port: number): Promise<void> {
  const [answer] = await exchange(port, write())
  if (answer?.status !== 200 || !answer.body.startsWith('{"response":6,')) t.fail('the next request was not answered')
}

function statusesOf(answers: readonly Answer[]): number[] {
  return answers.map(({ status }) => status)
}

/** A target that makes a request line of a length. */
function lineOf(length: number): string {
  return `${COUNT}?${'a'.repeat(length - `GET ${COUNT}? HTTP/1.1\r\n`.length)}`
}

function headers(count: number): string[] {
  return Array.from({ length: count }, (_, i) => `X-${i}: a`)
}
