import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { Agent, request as httpRequest } from 'node:http'
import { Agent as TlsAgent, request as tlsRequest } from 'node:https'
import { connect } from 'node:net'
import t, { type Test } from 'tap'
import { type RunningServer, type StartOptions, start } from '../../src/start.ts'
import { startCommand } from '../command.ts'
import { apiKey } from '../helper.ts'
import { exchange } from '../http/exchange.ts'

const COUNT = '/api/2.0/portal/userscount'
const LONG = 600_000
const authorization = `Bearer ${apiKey('1')}`

async function started(t: Test, options: StartOptions = {}): Promise<RunningServer & { port: number }> {
  const server = await start({ port: 0, host: '127.0.0.1', ...options })
  t.teardown(() => server.close())
  return { ...server, port: Number(new URL(server.url).port) }
}

async function make({ url }: RunningServer, fault: object): Promise<void> {
  const answer = await fetch(`${url}/__mock/faults`, { method: 'POST', body: JSON.stringify(fault) })
  if (answer.status !== 201) throw new Error(await answer.text())
}

const asking = (fault: string) => ({ authorization, 'x-docspace-mock-fault': fault })

/** The answer to a request that may never come whole. */
function ask({ url }: RunningServer, headers: Record<string, string>, agent?: Agent): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const options = { headers, ...(agent && { agent }) }
    httpRequest(url + COUNT, options, resolve)
      .on('error', reject)
      .end()
  })
}

/** What came of a body, and what ended it. */
async function readBody(answer: IncomingMessage): Promise<{ body: string; error: string | null }> {
  let body = ''
  try {
    for await (const chunk of answer) body += chunk
    return { body, error: null }
  } catch (error) {
    return { body, error: (error as NodeJS.ErrnoException).code ?? String(error) }
  }
}

/** The next answer that the server makes. */
async function nextAnswer({ app }: RunningServer): Promise<ServerResponse> {
  const [, answer] = await once(app.server, 'request')
  return answer
}

t.test('a connection that is dropped unanswered is reset', async (t) => {
  const server = await started(t)
  await t.rejects(ask(server, asking('drop')), { code: 'ECONNRESET' })
  await t.rejects(ask(server, asking('drop, after')), { code: 'ECONNRESET' })
  t.equal((await ask(server, { authorization })).statusCode, 200, 'the next one is another')
})

t.test('before, the operation hasn’t happened; after, it has', async (t) => {
  const server = await started(t)
  const { users } = server.portals[0].store
  for (const [fault, expected] of [
    ['drop', 6],
    ['drop, after', 7],
  ] as const) {
    const payload = { email: 'new@example.com', firstName: 'N', lastName: 'N', type: 4, password: 'new-password' }
    const body = JSON.stringify(payload)
    const headers = { ...asking(fault), 'content-type': 'application/json' }
    await t.rejects(fetch(`${server.url}/api/2.0/people`, { method: 'POST', headers, body }))
    t.equal(users.count(), expected, fault)
  }
})

t.test('a body that is dropped halfway has arrived by half', async (t) => {
  const server = await started(t)
  const whole = await readBody(await ask(server, { authorization }))
  const answer = await ask(server, asking('drop=halfway'))
  t.match(answer.headers, { 'content-length': String(whole.body.length), 'x-docspace-mock-fault': 'drop=halfway' })
  const { body, error } = await readBody(answer)
  t.equal(error, 'ECONNRESET', 'which is what Node calls an end too early')
  t.equal(body, whole.body.slice(0, Math.floor(whole.body.length / 2)))
})

t.test('an answer of a fault may be dropped halfway, and one without a body is dropped whole', async (t) => {
  const server = await started(t)
  const answer = await ask(server, asking('status=502, drop=halfway'))
  t.equal(answer.statusCode, 502)
  const { body, error } = await readBody(answer)
  t.match(body, /^<!DOCTYPE html>/)
  t.ok(error)
  await t.rejects(ask(server, asking('status=429, drop=halfway')), { code: 'ECONNRESET' })
})

t.test('over TLS connections break as well', async (t) => {
  const { url } = await started(t, { tls: true })
  const agent = new TlsAgent({ rejectUnauthorized: false })
  const get = (fault: string) =>
    new Promise<IncomingMessage>((resolve, reject) => {
      tlsRequest(url + COUNT, { agent, headers: asking(fault) }, resolve)
        .on('error', reject)
        .end()
    })
  await t.rejects(get('drop'), { code: 'ECONNRESET' })
  const { body, error } = await readBody(await get('drop=halfway'))
  t.ok(body.length > 0)
  t.ok(error)
  t.equal((await get('delay=0')).statusCode, 200)
})

t.test('a slow body comes in pieces, and its headers are spelled as ever', async (t) => {
  const server = await started(t)
  const answer = await ask(server, asking(`slow=10/${LONG}`))
  t.ok(answer.rawHeaders.includes('Content-Type') && answer.rawHeaders.includes('X-DocSpace-Mock-Fault'))
  const [piece] = await once(answer, 'data')
  t.equal(piece.length, 10, 'the first, and no more')
  let rest = ''
  answer.on('data', (chunk) => (rest += chunk))
  const closing = server.close()
  await once(answer, 'end')
  t.equal(JSON.parse(piece + rest).response, 6, 'the others come when the server closes, at the latest')
  await closing
})

t.test('all pieces come by themselves', async (t) => {
  const server = await started(t)
  const answer = await ask(server, asking('slow=40/20'))
  let pieces = 0
  answer.on('data', () => pieces++)
  const { body, error } = await readBody(answer)
  t.equal(error, null)
  t.equal(JSON.parse(body).response, 6)
  t.ok(pieces > 1)
})

t.test('a truncated body is a whole answer: only its JSON is cut', async (t) => {
  const server = await started(t)
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  t.teardown(() => agent.destroy())
  const answer = await ask(server, asking('truncate'), agent)
  const { socket } = answer
  const { body, error } = await readBody(answer)
  t.equal(error, null)
  t.throws(() => JSON.parse(body), SyntaxError)
  const next = await ask(server, { authorization }, agent)
  t.ok(next.socket === socket, 'the connection goes on')
  t.equal(JSON.parse((await readBody(next)).body).response, 6)
})

t.test('a body that nobody reads doesn’t get into the next request’s way', async (t) => {
  const { port } = await started(t)
  const body = 'x'.repeat(200_000)
  const first = [
    'POST /api/2.0/authentication HTTP/1.1',
    'Host: localhost',
    'X-DocSpace-Mock-Fault: status=503',
    `Content-Length: ${body.length}`,
    '',
    body,
  ]
  const second = ['GET /liveness HTTP/1.1', 'Host: localhost', 'Connection: close', '', '']
  const answers = await exchange(port, first.join('\r\n') + second.join('\r\n'))
  t.same(
    answers.map(({ status }) => status),
    [503, 200],
  )
})

t.test('a delay is a wait, and other requests don’t wait with it', async (t) => {
  const server = await started(t)
  await make(server, { match: { calls: [1] }, effect: { delay: LONG } })
  const arrived = nextAnswer(server)
  const delayed = ask(server, { authorization })
  const answer = await arrived
  t.equal((await ask(server, { authorization })).statusCode, 200)
  t.notOk(answer.headersSent)
  await server.close()
  t.equal((await delayed).statusCode, 200, 'a server that closes ends it, and owes the answer no longer')
})

t.test('a delay has at least its length', async (t) => {
  const server = await started(t)
  for (const fault of ['delay=60', 'delay=60, after', 'delay=60, status=503']) {
    const began = performance.now()
    await ask(server, asking(fault))
    t.ok(performance.now() - began >= 59, fault)
  }
})

t.test('a client that leaves during a delay leaves nothing behind', async (t) => {
  const server = await started(t)
  const [portal] = server.portals
  const { state } = portal
  await make(server, { effect: { delay: LONG } })
  const arrived = nextAnswer(server)
  const abort = new AbortController()
  const asked = fetch(`${server.url}/api/2.0/authentication`, {
    method: 'POST',
    body: JSON.stringify({ userName: 'owner@example.com', password: 'owner-password' }),
    signal: abort.signal,
  })
  const answer = await arrived
  portal.reset()
  t.equal(state.store.users.count(), 6, 'the portal as it was when the request came is kept for it')
  abort.abort()
  await t.rejects(asked)
  if (!answer.closed) await once(answer, 'close')
  t.notOk(answer.headersSent)
})

t.test('a client that leaves a slow body leaves nothing behind', async (t) => {
  const server = await started(t)
  const arrived = nextAnswer(server)
  const answer = await ask(server, asking(`slow=10/${LONG}`))
  await once(answer, 'data')
  const sent = await arrived
  answer.destroy()
  if (!sent.closed) await once(sent, 'close')
  t.notOk(sent.writableFinished)
})

t.test('a connection that is dropped takes what waits behind it along', async (t) => {
  const { port } = await started(t)
  const request = (fault: string) =>
    `GET /liveness HTTP/1.1\r\nHost: localhost\r\n\r\nGET ${COUNT} HTTP/1.1\r\nHost: localhost\r\nX-DocSpace-Mock-Fault: ${fault}\r\n\r\n`
  const socket = connect(port, '127.0.0.1')
  socket.write(request('drop'))
  const [error] = await once(socket, 'error')
  t.equal((error as NodeJS.ErrnoException).code, 'ECONNRESET')
})

t.test('the command may begin with a plan', async (t) => {
  const { url } = await startCommand(t, ['--fault', 'bad-gateway'])
  t.equal((await fetch(url + COUNT)).status, 502)
  t.equal((await fetch(`${url}/health`)).status, 200)
})
