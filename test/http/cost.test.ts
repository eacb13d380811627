import { once } from 'node:events'
import { type AddressInfo, connect } from 'node:net'
import t, { type Test } from 'tap'
import type { ServerOptions } from '../../src/server.ts'
import { signatureOf } from '../api/clients/call.ts'
import { costOf } from '../cost.ts'
import { apiKey, people, testPortal, testServer } from '../helper.ts'
import { longestTurn } from '../longest-turn.ts'
import { exchange } from './exchange.ts'

t.setTimeout(240_000)

/**
 * What one request may cost, in milliseconds of CPU time. Alone on a machine none takes more than 50; a busy one and the
 * collection of coverage multiply that.
 */
const MOST = 400

const AUTHORIZATION = `Authorization: Bearer ${apiKey('1')}`
const SIGNATURE = `X-Signature: ${signatureOf(testPortal(t), 'owner')}`
const JSON_TYPE = 'Content-Type: application/json'
const FORM_TYPE = 'Content-Type: application/x-www-form-urlencoded'
const COUNT = '/api/2.0/portal/userscount'
const PERSON = `/api/2.0/portal/users/${people.winfield}`

interface Parts {
  method?: string
  target?: string
  headers?: readonly string[]
  body?: string
}

function write({ method = 'GET', target = COUNT, headers = [], body = '' }: Parts): string {
  const length = body === '' ? [] : [`Content-Length: ${body.length}`]
  const lines = [`${method} ${target} HTTP/1.1`, 'Host: localhost', 'Connection: close', ...headers, ...length]
  return `${lines.join('\r\n')}\r\n\r\n${body}`
}

function post(
  target: string,
  body: string,
  headers: readonly string[] = [AUTHORIZATION, SIGNATURE, JSON_TYPE],
): string {
  return write({ method: 'POST', target, headers, body })
}

const filled = (begin: string, unit: string, end: string, size: number) =>
  begin + unit.repeat((size - begin.length - end.length) / unit.length) + end

const MB = 1_000_000

/** The requests that cost most, each with the status that it is answered with. */
const requests: [what: string, request: string, status: number][] = [
  ['a list of ones of 30 MB', post('/api/2.0/authentication', filled('[', '1,', '1]', 30 * MB)), 413],
  ['a list of ones', post('/api/2.0/authentication', filled('[', '1,', '1]', MB)), 413],
  ['a list of empty lists for a client', post('/api/2.0/clients', filled('[', '[],', '1]', 2.5 * MB)), 413],
  ['a logo', post('/api/2.0/clients', filled('{"logo":"data:image/png;base64,', 'A', '"}', 2.5 * MB)), 400],
  ['a website of many labels', post('/api/2.0/clients', filled('{"website_url":"', 'a.', '"}', 2.5 * MB)), 400],
  ['a long number', post('/api/2.0/keys', filled('{"name":"a","expiresInDays":', '9', '}', MB)), 400],
  ['a long number in a text', post('/api/2.0/keys', filled('{"name":"a","expiresInDays":"', '9', '"}', MB)), 400],
  [
    'a role of many parts',
    post('/api/2.0/portal/users/invitationlink', filled('{"employeeType":"', '1,', '1"}', MB)),
    400,
  ],
  ['many levels', post('/api/2.0/people', '['.repeat(MB)), 400],
  ['a long user name', post('/api/2.0/authentication', filled('{"userName":"', '\\u0061', '"}', MB)), 401],
  ['many members', post('/api/2.0/authentication', filled('{', '"userNam":"a",', '"a":1}', 130_000)), 401],
  ['names and blanks in a preflight', preflight(filled('a', ' ', 'b', 30_000)), 204],
  ['names and commas in a preflight', preflight(filled('a', ' ,', 'b', 30_000)), 204],
  ['wrong escapes in a path', write({ target: `/${'%ff'.repeat(10_500)}` }), 414],
  ['wrong escapes in a query', write({ target: `${COUNT}?${'%ff'.repeat(10_500)}` }), 414],
  [
    'wrong escapes in a short query',
    write({ target: `${COUNT}?${'%ffa'.repeat(2000)}`, headers: [AUTHORIZATION] }),
    200,
  ],
  ['wrong escapes in a cookie', write({ headers: [`Cookie: asc_auth_key=${'%ff'.repeat(10_500)}`] }), 401],
  ['wrong escapes with text between', write({ headers: [`Cookie: asc_auth_key=${'%ffa'.repeat(7_800)}`] }), 401],
  [
    'wrong escapes in an invitation',
    write({
      method: 'POST',
      target: '/api/2.0/people',
      headers: [`Confirm: type=LinkInvite&uid=${'%ff'.repeat(10_000)}`],
    }),
    401,
  ],
  ['very many fields', write({ target: `${PERSON}?fields=${'a,'.repeat(3900)}`, headers: [AUTHORIZATION] }), 200],
  ['fields of many parts', write({ target: `${PERSON}?fields=${'a.'.repeat(3900)}`, headers: [AUTHORIZATION] }), 200],
  ['a query of many names', write({ target: `${COUNT}?${'a&'.repeat(3900)}`, headers: [AUTHORIZATION] }), 200],
  ['many media types', write({ headers: [`Accept: text/json${',text/*'.repeat(4000)}`, AUTHORIZATION] }), 200],
  ['a form of many names for authorize', post('/oauth2/authorize', 'a&'.repeat(30_000), [FORM_TYPE]), 400],
  ['a query of many names for authorize', write({ target: `/oauth2/authorize?${'a&'.repeat(3900)}` }), 400],
  ['a form of many names for token', post('/oauth2/token', 'a&'.repeat(25_000), [FORM_TYPE]), 400],
  [
    'a form of many slashes',
    post('/oauth2/authorize', `client_id=a&redirect_uri=${'/'.repeat(60_000)}x/docs/static/oauth2-redirect.html`, [
      FORM_TYPE,
    ]),
    400,
  ],
]

function preflight(headers: string): string {
  const asked = ['Origin: http://a.example', 'Access-Control-Request-Method: GET']
  return write({ method: 'OPTIONS', headers: [...asked, `Access-Control-Request-Headers: ${headers}`] })
}

async function listening(t: Test, options: Partial<ServerOptions> = {}) {
  const { app } = await testServer(t, options)
  await app.listen({ port: 0, host: '127.0.0.1' })
  return { app, port: (app.server.address() as AddressInfo).port }
}

for (const profile of ['documented', 'server'] as const) {
  t.test(`no request blocks others, in the ${profile} profile`, async (t) => {
    const { app, port } = await listening(t, { profile })
    // the first request of its kind loads code, which doesn't count
    await exchange(port, write({ target: '/oauth2/authorize' }))
    await app.inject('/__mock/journal')
    for (const [what, request, status] of requests) {
      const statuses = new Set<number | undefined>()
      const cost = await costOf(async () => statuses.add((await exchange(port, request))[0]?.status), 3)
      t.same([...statuses], [status], what)
      t.ok(cost < MOST, `${what}: ${cost} ms`)
    }
    // others are answered between two entries
    const turn = await longestTurn(() => app.inject('/__mock/journal?limit=1000'))
    t.ok(turn < MOST, `the journal of them all: ${turn} ms in one turn`)
  })
}

/** Where bodies are read, and how much of one. */
const limits: [target: string, type: string, limit: number][] = [
  ['POST /api/2.0/authentication', JSON_TYPE, MB],
  ['POST /api/2.0/authentication/123456', JSON_TYPE, MB],
  ['POST /api/2.0/people', JSON_TYPE, MB],
  ['POST /api/2.0/keys', JSON_TYPE, MB],
  ['POST /api/2.0/portal/users/invitationlink', JSON_TYPE, MB],
  ['POST /api/2.0/clients', JSON_TYPE, 2.5 * MB],
  ['POST /oauth2/introspect', FORM_TYPE, 65_536],
  ['POST /oauth2/authorize', FORM_TYPE, 65_536],
]

t.test('a body that is too large is refused, and the journal says why', async (t) => {
  const { app, port } = await listening(t)
  for (const [target, type, limit] of limits) {
    const [method = '', path = ''] = target.split(' ')
    const headers = [AUTHORIZATION, SIGNATURE, type]
    const chunked = (size: number) => {
      const body = `${size.toString(16)}\r\n${' '.repeat(size)}\r\n0\r\n\r\n`
      return `${write({ method, target: path, headers: [...headers, 'Transfer-Encoding: chunked'] })}${body}`
    }
    const sized = (size: number) => write({ method, target: path, headers, body: ' '.repeat(size) })
    for (const [what, request] of Object.entries({ chunked, sized })) {
      await app.inject({ method: 'DELETE', url: '/__mock/journal' })
      const [within] = await exchange(port, request(limit))
      t.not(within?.status, 413, `${target}, ${what}`)
      const [beyond] = await exchange(port, request(limit + 1))
      t.match(beyond, { status: 413, body: '' }, `${target}, ${what}`)
      const { entries } = (await app.inject('/__mock/journal')).json()
      t.match(entries[0], { status: 413, refusal: `the body is larger than ${limit} bytes` }, `${target}, ${what}`)
    }
  }
})

t.test('a client that sends the rest of a body that is too large goes on with its connection', async (t) => {
  const { port } = await listening(t)
  const rest = ' '.repeat(4 * MB)
  for (const target of ['/api/2.0/authentication', '/oauth2/introspect', '/__mock/users']) {
    for (const isChunked of [false, true]) {
      const socket = connect(port, '127.0.0.1')
      t.teardown(() => socket.destroy())
      const size = rest.length.toString(16)
      const [length, begin, end] = isChunked
        ? ['Transfer-Encoding: chunked', `${size}\r\n${rest}\r\n`, `${size}\r\n${rest}\r\n0\r\n\r\n`]
        : [`Content-Length: ${2 * rest.length}`, rest, rest]
      socket.write(`POST ${target} HTTP/1.1\r\nHost: localhost\r\n${length}\r\n\r\n${begin}`)
      const [answer] = await once(socket, 'data')
      t.match(String(answer), /^HTTP\/1\.1 413 /, target)
      socket.write(`${end}GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n`)
      const [next = ''] = await Promise.race([once(socket, 'data'), once(socket, 'close')])
      t.match(String(next), /^HTTP\/1\.1 200 /, target)
    }
  }
})

t.test('a body that no operation reads may have any size', async (t) => {
  const { port } = await listening(t)
  const target = '/api/2.0/portal/present/mark'
  const [answer] = await exchange(port, post(target, ' '.repeat(40 * MB)))
  t.equal(answer?.status, 200)
})

t.test('the control API names the limit of a body', async (t) => {
  const { app } = await listening(t)
  for (const [method, url, limit] of [
    ['POST', '/__mock/users', 256_000],
    ['PATCH', '/__mock/settings', 256_000],
    ['POST', '/__mock/faults', 2 * MB],
    ['PUT', '/__mock/faults/plans/a', 2 * MB],
    ['PUT', '/__mock/fixture', 64 * MB],
    ['POST', '/__mock/portals', 64 * MB],
  ] as const) {
    const headers = { 'content-type': 'application/json', 'content-length': String(limit + 1) }
    const answer = await app.inject({ method, url, headers, payload: ' ' })
    t.same([answer.statusCode, answer.json()], [413, { error: `the body is larger than ${limit} bytes` }], url)
    const small = await app.inject({ method, url, headers: { 'content-type': 'application/json' }, payload: '[]' })
    t.equal(small.statusCode, 400, url)
  }
})

t.test('a body in small chunks takes no extra memory per chunk', async (t) => {
  const { app, port } = await listening(t)
  const socket = connect(port, '127.0.0.1')
  t.teardown(() => socket.destroy())
  const head = write({
    method: 'POST',
    target: '/api/2.0/authentication',
    headers: [JSON_TYPE, 'Transfer-Encoding: chunked'],
  })
  socket.write(`${head}${'1\r\n \r\n'.repeat(9000)}2\r\n{}\r\n0\r\n\r\n`)
  t.match(String((await once(socket, 'data'))[0]), /^HTTP\/1.1 401 /)
  const { entries } = (await app.inject('/__mock/journal')).json()
  t.equal(entries[0].request.body.length, 9002)
})

t.test('a request that was refused in the middle of its body is not carried out when the rest comes', async (t) => {
  const requestTimeout = 300
  const { app, port } = await listening(t, { requestTimeout })
  const counts = async () => {
    const keys = await app.inject({ url: '/api/2.0/keys', headers: { authorization: `Bearer ${apiKey('1')}` } })
    const users = await app.inject('/__mock/users')
    return [keys.json().count, users.json().total]
  }
  const before = await counts()
  const bodies = { '/api/2.0/keys': '{"name":"a"}', '/__mock/users': '{"email":"a@example.com"}' }
  for (const [target, body] of Object.entries(bodies)) {
    const head = write({ method: 'POST', target, headers: [AUTHORIZATION, JSON_TYPE, 'Transfer-Encoding: chunked'] })
    const rest = `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`
    for (const [status, begin] of [
      [413, '1\r\n \r\n'.repeat(10_001)],
      [408, '1\r\n \r\n'],
    ] as const) {
      const socket = connect(port, '127.0.0.1')
      t.teardown(() => socket.destroy())
      socket.write(head + begin)
      t.match(String((await once(socket, 'data'))[0]), new RegExp(`^HTTP/1\\.1 ${status} `), target)
      socket.end(rest)
      await once(socket, 'close')
    }
  }
  t.same(await counts(), before)
})
