import { once } from 'node:events'
import { type AddressInfo, connect, Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { pino } from 'pino'
import t, { type Test } from 'tap'
import type { AuthGuard } from '../../src/auth/guard.ts'
import { answerClientError } from '../../src/http/client-error.ts'
import type { ServerOptions } from '../../src/server.ts'
import { makeCertificate } from '../../src/tls.ts'
import { signatureOf } from '../api/clients/call.ts'
import { apiKey, testPortal, testServer } from '../helper.ts'
import { exchange } from './exchange.ts'

/** A socket that notes what is written to it. */
function fakeSocket() {
  const socket = new Socket()
  const written: string[] = []
  socket._write = (chunk, _, done) => {
    written.push(String(chunk))
    done()
  }
  return { socket, written }
}

t.test('what is no HTTP gets a status and no body', async (t) => {
  const codes: Record<string, string> = {
    HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
    ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
    HPE_INVALID_METHOD: '400 Bad Request',
  }
  for (const [code, status] of Object.entries(codes)) {
    const { socket, written } = fakeSocket()
    t.equal(answerClientError({ code }, socket), Number.parseInt(status, 10))
    t.same(written, [`HTTP/1.1 ${status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`])
    t.equal(answerClientError({ code: 'HPE_INVALID_METHOD' }, socket), null)
    t.equal(written.length, 1, 'what is sent after that is thrown away')
    t.equal(socket.destroyed, false)
    socket.destroy()
  }
})

t.test('who has gone is told nothing', async (t) => {
  const gone = fakeSocket()
  t.equal(answerClientError({ code: 'ECONNRESET' }, gone.socket), null)
  t.equal(gone.socket.destroyed, true)
  t.same(gone.written, [])
  const ended = fakeSocket()
  ended.socket.end()
  t.equal(answerClientError({}, ended.socket), null)
  t.equal(ended.socket.destroyed, true)
})

t.test('a client that is still sending reads its status', async (t) => {
  const { app } = await testServer(t)
  await app.listen({ port: 0, host: '127.0.0.1' })
  const { port } = app.server.address() as AddressInfo
  const head = 'GET / HTTP/1.1\r\nHost: localhost\r\nX-A: '
  const answers = await Promise.all(
    Array.from({ length: 8 }, () => exchange(port, `${head}${'a'.repeat(1_000_000)}\r\n\r\n`)),
  )
  t.same(
    answers.map(([answer]) => answer?.status),
    answers.map(() => 431),
  )
})

t.test('but not for ever', async (t) => {
  const { app } = await testServer(t)
  await app.listen({ port: 0, host: '127.0.0.1' })
  const { port } = app.server.address() as AddressInfo
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true }).on('error', () => {})
  t.teardown(() => socket.destroy())
  socket.write('no HTTP\r\n\r\n')
  await once(socket, 'data')
  const feeding = setInterval(() => socket.write('more'), 10)
  t.teardown(() => clearInterval(feeding))
  // not by once: how the end shows, as an error or not, is the system's affair
  await new Promise((resolve) => socket.once('close', resolve))
  t.ok(socket.destroyed)
})

interface Line {
  level: number
  portal?: string
  msg: string
  err?: unknown
}

interface Entry {
  method: string
  path: string
  status: number | null
  isComplete: boolean
  refusal: string | null
  request: { headers: Record<string, string>; body: string | null }
  answer: { headers: Record<string, string>; body: string | null }
}

const INFO = 30
const WARN = 40

/** A server that listens, its log, and its journals. */
async function listening(t: Test, options: Partial<ServerOptions> = {}) {
  const lines: Line[] = []
  const logger = pino({ level: 'debug' }, { write: (line) => lines.push(JSON.parse(line)) })
  const { app } = await testServer(t, { logger, ...options })
  await app.listen({ port: 0, host: '127.0.0.1' })
  lines.length = 0
  const { port } = app.server.address() as AddressInfo
  const journal = async (name = ''): Promise<Entry[]> =>
    (await app.inject(`${name}/__mock/journal?order=oldest`)).json().entries
  /** The entries, once there are so many. */
  const entries = async (count: number, name = '') => {
    for (;;) {
      const found = await journal(name)
      if (found.length >= count) return found
      await new Promise(setImmediate)
    }
  }
  return { app, port, lines, journal, entries }
}

const AUTHORIZATION = `Authorization: Bearer ${apiKey('1')}`
const HOST = 'Host: localhost'
const JSON_TYPE = 'Content-Type: application/json'
const FORM_TYPE = 'Content-Type: application/x-www-form-urlencoded'
const CHUNKED = 'Transfer-Encoding: chunked'
const SIGNATURE = `X-Signature: ${signatureOf(testPortal(t), 'owner')}`

const typeFor = (path: string) => (path.startsWith('/oauth2') ? FORM_TYPE : JSON_TYPE)

function write(line: string, headers: string[] = [HOST], body = ''): string {
  return `${[line, ...headers].join('\r\n')}\r\n\r\n${body}`
}

/** Requests that Node refuses: what it answers, and what the journal and the log tell. */
const refusals: { what: string; bytes: string; status: number; entry: Partial<Entry>; reason: RegExp; tls?: false }[] =
  [
    {
      what: 'a raw byte in the target',
      bytes: write('GET /api/2.0/caf\xe9?token=secret-token-of-a-user HTTP/1.1', [HOST, AUTHORIZATION]),
      status: 400,
      entry: { method: 'GET', path: '/api/2.0/caf\xe9' },
      reason: /^the target has a character that must be percent-encoded$/,
    },
    {
      what: 'a raw byte in the target of the second request of a packet',
      bytes: write('GET /ready HTTP/1.1') + write('GET /\xe9 HTTP/1.1'),
      status: 400,
      entry: { method: 'GET', path: '/\xe9' },
      reason: /percent-encoded/,
    },
    {
      what: 'headers that are too long',
      bytes: write('GET /ready HTTP/1.1') + write('PUT /x HTTP/1.1', [HOST, `X-A: ${'a'.repeat(40_000)}`]),
      status: 431,
      entry: { method: 'PUT', path: '/x' },
      reason: /^the request line and the headers are longer than 32768 bytes$/,
    },
    {
      what: 'a request line that is too long',
      bytes: write(`GET /${'x'.repeat(40_000)} HTTP/1.1`),
      status: 431,
      entry: { method: 'GET' },
      reason: /longer than 32768 bytes$/,
    },
    {
      what: 'a chunk that is none, in a body that is read',
      bytes: write('POST /api/2.0/authentication HTTP/1.1', [HOST, JSON_TYPE, CHUNKED], '2\r\n{}\r\nzz\r\n'),
      status: 400,
      entry: { method: 'POST', path: '/api/2.0/authentication' },
      reason: /^the size of a chunk of the body is no hexadecimal number$/,
    },
    {
      what: 'the first chunk, in a body that is not read',
      bytes: write('POST /api/2.0/portal/present/mark HTTP/1.1', [HOST, AUTHORIZATION, CHUNKED], 'zz\r\n'),
      status: 400,
      entry: { method: 'POST', path: '/api/2.0/portal/present/mark' },
      reason: /chunk/,
    },
    {
      what: 'a chunk in a form',
      bytes: write('POST /oauth2/token HTTP/1.1', [HOST, FORM_TYPE, CHUNKED], 'zz\r\n'),
      status: 400,
      entry: { method: 'POST', path: '/oauth2/token' },
      reason: /chunk/,
    },
    ...['/api/2.0/authentication', '/oauth2/token', '/oauth2/introspect'].map((path) => ({
      what: `a body in very many small chunks for ${path}`,
      bytes: write(`POST ${path} HTTP/1.1`, [HOST, typeFor(path), CHUNKED], '1\r\n1\r\n'.repeat(20_000)),
      status: 413,
      entry: { method: 'POST', path },
      reason: /^the body came in more than 10000 small chunks$/,
    })),
    {
      what: 'a method in lower case',
      bytes: write('get /x HTTP/1.1'),
      status: 400,
      entry: { method: 'get', path: '/x' },
      reason: /^the request does not begin with a method of HTTP$/,
    },
    {
      what: 'no HTTP',
      bytes: 'no HTTP\r\n\r\n',
      status: 400,
      entry: { method: '', path: '' },
      reason: /method of HTTP$/,
    },
    {
      what: 'a header without a name',
      bytes: write('GET /x HTTP/1.1', [HOST, 'a b: c']),
      status: 400,
      entry: { method: 'GET', path: '/x' },
      reason: /^no HTTP: Invalid header token$/,
    },
    {
      what: 'two lengths',
      bytes: write('POST /x HTTP/1.1', [HOST, 'Content-Length: 1', 'Content-Length: 2']),
      status: 400,
      entry: { method: 'POST', path: '/x' },
      reason: /^no HTTP: .*Content-Length$/,
    },
    {
      what: 'HTTP/2',
      bytes: 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
      status: 400,
      entry: { method: '', path: '' },
      reason: /^HTTP\/2; send HTTP\/1.1$/,
    },
    {
      what: 'TLS where there is none',
      bytes: '\x16\x03\x01\x02\x00\x01\x00',
      status: 400,
      entry: { method: '', path: '' },
      reason: /^TLS, and this port speaks plain HTTP/,
      tls: false,
    },
    {
      what: 'no Host',
      bytes: write('GET /ready HTTP/1.1', []),
      status: 400,
      entry: { method: 'GET', path: '/ready' },
      reason: /^HTTP\/1.1 without a Host header$/,
    },
    {
      what: 'an expectation that is unknown',
      bytes: write('GET /ready HTTP/1.1', [HOST, 'Connection: close', 'Expect: miracles']),
      status: 417,
      entry: { method: 'GET', path: '/ready' },
      reason: /^its header Expect is not 100-continue/,
    },
  ]

for (const { what, bytes, status, entry, reason } of refusals) {
  t.test(`the journal and the log tell of ${what}`, async (t) => {
    const { app, port, lines, entries } = await listening(t)
    const answers = await exchange(port, bytes)
    t.equal(answers.at(-1)?.status, status)
    t.equal(answers.at(-1)?.body, '')
    const found = await entries(answers.length)
    t.equal(found.length, answers.length, 'one entry for each answer')
    t.match(found.at(-1), { ...entry, status, isComplete: true, refusal: reason })
    t.match(lines, [{ level: WARN, portal: 'localhost', msg: new RegExp(`refused with ${status}, `) }])
    t.equal(lines.length, 1)
    const told = JSON.stringify([found, lines])
    t.notMatch(told, apiKey('1'))
    t.notMatch(told, 'secret-token-of-a-user')
    const { log } = (await app.inject('/__mock/journal.har')).json()
    t.match(log.entries.at(-1), {
      request: { method: entry.method ?? String, url: /^http:\/\/localhost/ },
      response: { status },
      _refusal: reason,
    })
  })
}

t.test('a line of the log has neither secrets of a path nor bytes that a terminal would take', async (t) => {
  const { port, lines } = await listening(t)
  const bytes = [
    write('GET /\x1b[31m\xe9 HTTP/1.1'),
    write('GET /s/abcdefghijklmno\xe9 HTTP/1.1'),
    write('POST /api/2.0/authentication/123456 HTTP/1.1', [HOST, JSON_TYPE, CHUNKED], 'zz\r\n'),
  ]
  for (const one of bytes) await exchange(port, one)
  while (lines.length < bytes.length) await new Promise(setImmediate)
  t.match(lines, [{ msg: /^GET \/%1B\[31m%E9: / }, { msg: /^GET \/s\/…: / }, { msg: /^POST .*authentication\/…: / }])
})

t.test('a refused request is in the journal of the portal that it names, and makes none', async (t) => {
  const { app, port, lines, entries, journal } = await listening(t)
  await app.inject('/@w1/ready')
  const cases: [bytes: string, portal: string | undefined][] = [
    [write('GET /@w1/\xe9 HTTP/1.1'), 'w1'],
    [write('GET /@w2/\xe9 HTTP/1.1'), undefined],
    [write('GET /x HTTP/1.1', [HOST, 'X-DocSpace-Mock-Portal: w1', 'a b: c']), 'w1'],
    [write('GET /x HTTP/1.1', ['Host: w1.localhost:80', 'a b: c']), 'w1'],
    [write('GET /x HTTP/1.1', ['Host: [', 'a b: c']), 'localhost'],
  ]
  for (const [bytes] of cases) t.equal((await exchange(port, bytes))[0]?.status, 400)
  t.same(
    lines.map(({ portal }) => portal),
    cases.map(([, portal]) => portal),
  )
  t.equal((await entries(4, '/@w1')).length, 4)
  t.equal((await journal()).length, 1)
  t.equal(app.portals.find('w2'), undefined)
})

t.test('of a refused request no more is kept than of others', async (t) => {
  const { port, entries } = await listening(t)
  await exchange(port, write(`GET /${'x'.repeat(60_000)} HTTP/1.1`))
  await exchange(
    port,
    write(
      'GET /x HTTP/1.1',
      Array.from({ length: 5000 }, (_, i) => `x-${i}: y`),
    ),
  )
  const [line, headers] = await entries(2)
  t.ok(line && line.path.length <= 8192, String(line?.path.length))
  t.ok(headers && JSON.stringify(headers.request.headers).length < 20_000)
})

t.test('a follower gets a refused request like any other', async (t) => {
  const { port } = await listening(t)
  const follower = connect(port, '127.0.0.1')
  t.teardown(() => follower.destroy())
  follower.write(write('GET /__mock/journal/stream HTTP/1.1'))
  let seen = ''
  follower.on('data', (chunk) => {
    seen += chunk
  })
  await once(follower, 'data')
  await exchange(port, 'no HTTP\r\n\r\n')
  while (!seen.includes('event: request')) await new Promise(setImmediate)
  const [, data = ''] = /^data: (.*)$/m.exec(seen) ?? []
  t.match(JSON.parse(data), { n: 1, method: '', path: '', status: 400, refusal: /method of HTTP/ })
})

t.test('what is refused of the control API and of /health is logged only', async (t) => {
  const { port, lines, journal } = await listening(t)
  const bytes = [
    write('POST /__mock/reset HTTP/1.1', [HOST, CHUNKED], 'zz\r\n'),
    write('GET /@localhost/__mock/\xe9 HTTP/1.1'),
    write('GET /__mock/clock HTTP/1.1', []),
    write('GET /health HTTP/1.1', []),
  ]
  for (const one of bytes) t.equal((await exchange(port, one))[0]?.status, 400)
  t.same(await journal(), [])
  t.same(
    lines.map(({ level }) => level),
    bytes.map(() => WARN),
  )
})

t.test('the rest of a body behind an answer has an entry of its own', async (t) => {
  const { port, entries } = await listening(t)
  const socket = connect(port, '127.0.0.1')
  t.teardown(() => socket.destroy())
  socket.write(write('POST /api/2.0/nope HTTP/1.1', [HOST, CHUNKED], '2\r\nab\r\n'))
  await once(socket, 'data')
  socket.write('zz\r\n')
  await once(socket, 'data')
  t.match(await entries(2), [
    { path: '/api/2.0/nope', status: 404, isComplete: true },
    { method: 'POST', path: '/api/2.0/nope', status: 400, refusal: /chunk/ },
  ])
})

t.test('a tunnel is none that there is', async (t) => {
  const { port, lines, entries } = await listening(t)
  t.same(await exchange(port, write('CONNECT docs.example.com:443 HTTP/1.1')), [])
  t.match(await entries(1), [{ method: 'CONNECT', status: null, isComplete: false, refusal: /no proxy$/ }])
  t.match(lines, [{ level: WARN, msg: /no proxy$/ }])
})

t.test('a request that never comes in whole is refused in time', async (t) => {
  const { app, port, lines, entries } = await listening(t)
  const socket = connect(port, '127.0.0.1')
  t.teardown(() => socket.destroy())
  const [held] = await once(app.server, 'connection')
  socket.write('GET /slow HTTP/1.1\r\nHost: ')
  // as Node does it, which looks every 30 seconds
  app.server.emit('clientError', Object.assign(new Error('late'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' }), held)
  t.match(String((await once(socket, 'data'))[0]), /^HTTP\/1.1 408 Request Timeout\r\n/)
  t.match(await entries(1), [{ method: '', path: '', status: 408, refusal: 'the request did not arrive in time' }])
  t.match(lines, [{ level: WARN, msg: 'refused with 408, the request did not arrive in time' }])
})

const unfinished: { what: string; bytes: string; isJournalled?: false }[] = [
  { what: 'the headers', bytes: 'GET /x HTTP/1.1\r\nHost: ' },
  ...[
    '/api/2.0/authentication',
    '/api/2.0/clients',
    '/oauth2/token',
    '/oauth2/introspect',
    '/api/2.0/portal/present/mark',
  ].map((path) => ({
    what: `the body for ${path}`,
    bytes: write(`POST ${path} HTTP/1.1`, [HOST, SIGNATURE, typeFor(path), 'Content-Length: 100'], '{"user'),
  })),
  {
    what: 'the chunks of a body',
    bytes: write('POST /api/2.0/keys HTTP/1.1', [HOST, AUTHORIZATION, JSON_TYPE, CHUNKED], '6\r\n{"name\r\n'),
  },
  {
    what: 'the body for the control API',
    bytes: write('POST /__mock/users HTTP/1.1', [HOST, JSON_TYPE, 'Content-Length: 100'], '{"user'),
    isJournalled: false,
  },
]

for (const { what, bytes, isJournalled = true } of unfinished) {
  t.test(`${what} is ended after a while`, async (t) => {
    const { app, port, entries, lines } = await listening(t, { requestTimeout: 100 })
    const answers = await exchange(port, bytes)
    t.equal(answers.at(-1)?.status, 408)
    t.equal(answers.at(-1)?.headers.get('connection'), 'close')
    if (isJournalled) {
      const found = (await entries(answers.length)).at(-1)
      t.match(found, { status: 408, isComplete: true, refusal: 'the request did not arrive in time' })
      t.match(lines.at(-1), { level: WARN, msg: /refused with 408, the request did not arrive in time$/ })
    }
    t.equal((await app.inject('/ready')).statusCode, 200)
  })
}

/** Where a client may be when it hangs up: what it has sent, and what the journal tells of it. */
const hangUps: { where: string; bytes: string; entry: Partial<Entry> | null; reason?: string }[] = [
  {
    where: 'in the middle of the headers',
    bytes: 'GET /api/2.0/portal/userscount HTTP/1.1\r\nHo',
    entry: { method: '', path: '' },
    reason: 'in the middle of the headers',
  },
  ...['/api/2.0/authentication', '/api/2.0/people', '/api/2.0/keys', '/api/2.0/clients'].map((path) => ({
    where: `in the middle of a body with a length for ${path}`,
    bytes: write(`POST ${path} HTTP/1.1`, [HOST, AUTHORIZATION, SIGNATURE, JSON_TYPE, 'Content-Length: 100'], '{"user'),
    entry: { method: 'POST', path },
    reason: 'in the middle of the body',
  })),
  ...['10\r\n{"user', '6\r\n{"user\r\n1'].map((body) => ({
    where: `in the middle of a body in chunks, after ${JSON.stringify(body)}`,
    bytes: write('POST /api/2.0/authentication HTTP/1.1', [HOST, JSON_TYPE, CHUNKED], body),
    entry: { method: 'POST', path: '/api/2.0/authentication' },
    reason: 'in the middle of the body',
  })),
  ...['/oauth2/token', '/oauth2/introspect', '/oauth2/revoke'].map((path) => ({
    where: `in the middle of a form for ${path}`,
    bytes: write(`POST ${path} HTTP/1.1`, [HOST, FORM_TYPE, 'Content-Length: 100'], 'token='),
    entry: { method: 'POST', path },
    reason: 'in the middle of the body',
  })),
  {
    where: 'while a guard thinks',
    bytes: write('GET /api/2.0/portal/userscount HTTP/1.1', [HOST, 'X-Slow: 1']),
    entry: { path: '/api/2.0/portal/userscount' },
    reason: 'before there was an answer',
  },
  {
    where: 'in the middle of a body while a guard thinks',
    bytes: write('POST /api/2.0/keys HTTP/1.1', [HOST, 'X-Slow: 1', JSON_TYPE, 'Content-Length: 100'], '{'),
    entry: { path: '/api/2.0/keys' },
    reason: 'in the middle of the body',
  },
  {
    where: 'while the answer is delayed',
    bytes: write('GET /x HTTP/1.1', [HOST, 'X-DocSpace-Mock-Fault: delay=60000']),
    entry: { path: '/x' },
    reason: 'before there was an answer',
  },
  ...['/__mock/reset', '/__mock/users'].map((path) => ({
    where: `in the middle of a body for ${path}`,
    bytes: write(`POST ${path} HTTP/1.1`, [HOST, JSON_TYPE, 'Content-Length: 100'], '{"user'),
    entry: null,
  })),
]

/** A guard that never comes to an end of what it is asked to think about. */
const slow: AuthGuard = {
  name: 'Slow',
  securityScheme: { type: 'http', scheme: 'slow' },
  authenticate: ({ headers, raw }) =>
    headers['x-slow'] === undefined ? null : new Promise((resolve) => raw.once('close', () => resolve(null))),
}

const guards: ServerOptions['guards'] = [slow, 'ApiKeyBearer']

for (const secure of [false, true]) {
  t.test(`a client that hangs up is no error, ${secure ? 'over TLS' : 'over plain HTTP'}`, async (t) => {
    const rejections: unknown[] = []
    const onRejection = (reason: unknown) => rejections.push(reason)
    process.on('unhandledRejection', onRejection)
    t.teardown(() => process.off('unhandledRejection', onRejection))
    const tls = secure ? { tls: await makeCertificate(['localhost']) } : {}
    for (const profile of ['documented', 'server'] as const) {
      const { app, port, lines, entries, journal } = await listening(t, { profile, guards, ...tls })
      // over TLS a connection is not reset, and half of one not closed
      for (const ending of secure ? (['destroy'] as const) : (['destroy', 'resetAndDestroy', 'end'] as const)) {
        for (const { where, bytes, entry, reason } of hangUps) {
          const what = `${profile}: ${ending} ${where}`
          await app.inject({ method: 'DELETE', url: '/__mock/journal' })
          lines.length = 0
          const connected = once(app.server, secure ? 'secureConnection' : 'connection')
          const socket = secure
            ? connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false })
            : connect(port, '127.0.0.1')
          socket.on('error', () => {}).resume()
          const [held]: Socket[] = await connected
          socket.write(bytes)
          while ((held?.bytesRead ?? 0) < bytes.length) await new Promise(setImmediate)
          const gone = new Promise((resolve) => held?.once('close', resolve))
          socket[ending]()
          await gone
          if (entry === null) {
            await new Promise(setImmediate)
            t.same([await journal(), lines], [[], []], what)
            continue
          }
          const [found, ...others] = await entries(1)
          t.match(found, { ...entry, status: null, isComplete: false, answer: { body: null } }, what)
          t.equal(found?.refusal, `the client hung up ${reason}`, what)
          t.same(others, [])
          t.match(lines, [{ level: INFO, portal: 'localhost', msg: new RegExp(`the client hung up ${reason}$`) }], what)
          t.equal(lines.length, 1, what)
        }
      }
    }
    await new Promise(setImmediate)
    t.same(rejections, [])
  })
}

t.test('invalid HTTP received during a response closes the connection and gets no status', async (t) => {
  const { app } = await testServer(t)
  await app.listen({ port: 0, host: '127.0.0.1' })
  const { port } = app.server.address() as AddressInfo
  const stream = write('GET /__mock/journal/stream HTTP/1.1')
  for (const [now, later] of [
    [stream, 'garbage\r\n\r\n'],
    [`${stream}garbage\r\n\r\n`, ''],
  ] as const) {
    const socket = connect(port, '127.0.0.1')
    let received = ''
    socket.once('data', () => socket.write(later))
    socket.on('data', (chunk) => {
      received += chunk
    })
    socket.on('error', () => {})
    socket.write(now)
    await once(socket, 'close')
    t.equal(received.split('HTTP/1.1 ').length, 2, received)
  }
})

t.test('a client that hangs up in the middle of answers is no error', async (t) => {
  const { app, port, lines, journal } = await listening(t)
  const asked = 50
  const [held] = await Promise.all([
    once(app.server, 'connection'),
    new Promise<void>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => {
        socket.write(write('GET /openapi/asc.web.api/2.0.json HTTP/1.1').repeat(asked))
        socket.once('data', () => {
          socket.pause()
          socket.resetAndDestroy()
          resolve()
        })
      })
      socket.on('error', () => {})
    }),
  ])
  const socket: Socket = held[0]
  if (!socket.destroyed) await new Promise((resolve) => socket.once('close', resolve))
  await app.inject('/ready')
  for (const { status, isComplete, refusal } of await journal()) {
    t.equal(isComplete, refusal === null)
    if (!isComplete) t.match(refusal, /^the client hung up /, String(status))
  }
  t.same(
    lines.filter(({ level, err }) => level > INFO || err !== undefined),
    [],
  )
})

t.test('a client that hangs up in the middle of a slow answer is told from a fault that does', async (t) => {
  const { port, lines, entries } = await listening(t)
  const socket = connect(port, '127.0.0.1')
  socket.write(
    write('GET /api/2.0/portal/userscount HTTP/1.1', [HOST, AUTHORIZATION, 'X-DocSpace-Mock-Fault: slow=10/60000']),
  )
  await once(socket, 'data')
  socket.resetAndDestroy()
  t.match(await entries(1), [
    { status: 200, isComplete: false, refusal: 'the client hung up in the middle of the answer' },
  ])
  const dropped = [HOST, AUTHORIZATION, 'X-DocSpace-Mock-Fault: drop=halfway']
  await exchange(port, write('GET /api/2.0/portal/userscount HTTP/1.1', dropped))
  t.match(await entries(2), [{}, { status: 200, isComplete: false, refusal: null }])
  t.equal(lines.length, 1)
})

t.test('a client that speaks no TLS, or does not trust the certificate, is told of in the log', async (t) => {
  const { port, lines, journal } = await listening(t, { tls: await makeCertificate(['localhost']) })
  const told = async () => {
    while (lines.length === 0) await new Promise(setImmediate)
    return lines.splice(0)
  }
  const plain = connect(port, '127.0.0.1').on('error', () => {})
  plain.write(write('GET /ready HTTP/1.1'))
  t.match(await told(), [{ level: WARN, msg: 'plain HTTP, and this port speaks TLS: the URL begins with https://' }])
  const old = { maxVersion: 'TLSv1.1', minVersion: 'TLSv1', ciphers: 'DEFAULT@SECLEVEL=0' } as const
  connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false, ...old }).on('error', () => {})
  t.match(await told(), [{ level: WARN, msg: /^no TLS connection came about \(unsupported protocol\)$/ }])
  t.same(await journal(), [])
})
