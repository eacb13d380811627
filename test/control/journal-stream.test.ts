import { once } from 'node:events'
import { type IncomingMessage, request as requestHttp, type ServerResponse } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import t, { type Test } from 'tap'
import type { ServerOptions } from '../../src/server.ts'
import { testServer } from '../helper.ts'
import { exchangeWith } from '../journal/exchange.ts'

interface Event {
  event: string
  id?: string
  data: { n?: number; path?: string; count?: number }
}

async function listening(t: Test, options: Partial<ServerOptions> = {}) {
  const { app } = await testServer(t, options)
  await app.listen({ port: 0, host: '127.0.0.1' })
  const { port } = app.server.address() as AddressInfo
  return { app, port }
}

/** Follows a journal: gives events one after the other, `null` once the stream has ended. */
async function follow(t: Test, port: number, path = '/__mock/journal/stream', headers: Record<string, string> = {}) {
  const outgoing = requestHttp({ port, host: '127.0.0.1', path, headers, agent: false })
  outgoing.on('error', () => {})
  outgoing.end()
  t.teardown(() => outgoing.destroy())
  const [answer] = (await once(outgoing, 'response')) as [IncomingMessage]
  const events = eventsOf(answer)
  return {
    answer,
    stop: () => outgoing.destroy(),
    next: async () => (await events.next()).value as Event | null,
  }
}

async function* eventsOf(answer: IncomingMessage): AsyncGenerator<Event, null> {
  let text = ''
  for await (const chunk of answer.setEncoding('utf8')) {
    text += chunk
    const blocks = text.split('\n\n')
    text = blocks.pop() ?? ''
    for (const block of blocks) {
      const fields = new Map(block.split('\n').map((line): [string, string] => [line.split(': ')[0] ?? '', line]))
      const field = (name: string) => fields.get(name)?.slice(name.length + 2)
      const [event, id, data] = ['event', 'id', 'data'].map(field)
      if (event !== undefined) yield { event, ...(id !== undefined && { id }), data: JSON.parse(data ?? '') }
    }
  }
  return null
}

t.test('a follower gets each request when it is over', async (t) => {
  const { app, port } = await listening(t)
  await app.inject('/before')
  const { answer, next } = await follow(t, port)
  t.match(answer.headers, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
  await app.inject('/one?token=a-secret')
  t.match(await next(), {
    event: 'request',
    id: '2',
    data: { n: 2, path: '/one', query: { token: '…' }, status: 404, request: { body: '' } },
  })
  await app.inject('/two')
  t.match(await next(), { id: '3', data: { path: '/two' } })
})

t.test('who comes back gets what came meanwhile', async (t) => {
  const { app, port } = await listening(t)
  for (const path of ['/one', '/two', '/three']) await app.inject(path)
  const byHeader = await follow(t, port, undefined, { 'Last-Event-ID': '1' })
  t.same([(await byHeader.next())?.id, (await byHeader.next())?.id], ['2', '3'])
  const byQuery = await follow(t, port, '/__mock/journal/stream?after=2')
  t.same((await byQuery.next())?.id, '3')
  const fromAnotherServer = await follow(t, port, undefined, { 'Last-Event-ID': '99' })
  t.same((await fromAnotherServer.next())?.id, '1')
})

t.test('who comes back too late is told how many are gone', async (t) => {
  const { app, port } = await listening(t, { journal: 2 })
  for (const path of ['/one', '/two', '/three', '/four', '/five']) await app.inject(path)
  const { next } = await follow(t, port, undefined, { 'Last-Event-ID': '1' })
  t.same(await next(), { event: 'dropped', data: { count: 2 } })
  t.match(await next(), { id: '4' })
  t.match(await next(), { id: '5' })
})

t.test('a portal is followed alone', async (t) => {
  const { app, port } = await listening(t)
  const { next } = await follow(t, port, '/@w1/__mock/journal/stream')
  await app.inject('/other')
  await app.inject('/@w1/own')
  t.match(await next(), { id: '1', data: { path: '/@w1/own' } })
})

t.test('a follower is written to only as fast as it reads, and misses nothing that is still there', async (t) => {
  const { app, port } = await listening(t, { journal: 10 })
  const asked = once(app.server, 'request')
  const socket = connect(port, '127.0.0.1')
  t.teardown(() => socket.destroy())
  socket.pause()
  socket.write('GET /__mock/journal/stream HTTP/1.1\r\nHost: localhost\r\n\r\n')
  const [, response] = (await asked) as [IncomingMessage, ServerResponse]
  while (!response.headersSent) await new Promise(setImmediate)
  // far more than the buffers of both ends hold
  const payload = 'x'.repeat(60_000)
  for (let i = 0; i < 300; i++) await postBody(port, payload)
  t.ok(response.writableLength < 500_000, `${response.writableLength} bytes wait`)

  let text = ''
  socket.setEncoding('utf8').resume()
  socket.on('data', (chunk) => {
    text += chunk
  })
  while (!text.includes('\nid: 300\n')) await once(socket, 'data')
  const ids = [...text.matchAll(/^id: (\d+)$/gm)].map(([, id]) => Number(id))
  const gaps = [...text.matchAll(/^data: \{"count":(\d+)\}$/gm)].map(([, count]) => Number(count))
  t.ok(gaps.length > 0, 'it was too slow')
  t.equal(ids.length + gaps.reduce((sum, count) => sum + count, 0), 300, 'and knows how much it has missed')
})

t.test('an entry is described once, however many clients follow', async (t) => {
  const { app, port } = await listening(t)
  const journal = app.journalOf(app.portals.first)
  const readsOfOne = async (followers: Awaited<ReturnType<typeof follow>>[]) => {
    let reads = 0
    const recorded = exchangeWith()
    Object.defineProperty(recorded, 'route', { get: () => ++reads && '/counted' })
    const n = journal.record(recorded)
    const events = await Promise.all(followers.map(({ next }) => next()))
    t.ok(events.every((event) => event?.data.n === n))
    return reads
  }
  const first = await follow(t, port)
  const reads = await readsOfOne([first])
  const others = await Promise.all(Array.from({ length: 20 }, () => follow(t, port)))
  t.equal(await readsOfOne([first, ...others]), reads)
})

t.test('a server that is closed ends its streams first, those too that nobody reads', async (t) => {
  const { app, port } = await listening(t, { journal: 50 })
  const { next, answer } = await follow(t, port)
  const idle = connect(port, '127.0.0.1').on('error', () => {})
  t.teardown(() => idle.destroy())
  idle.pause()
  idle.write('GET /__mock/journal/stream HTTP/1.1\r\nHost: localhost\r\n\r\n')
  await app.inject('/one')
  t.match(await next(), { id: '1' })
  answer.pause()
  for (let i = 0; i < 200; i++) await postBody(port, 'x'.repeat(60_000))
  const started = performance.now()
  await app.close()
  t.ok(performance.now() - started < 4000, 'nobody was waited for')
})

t.test('a follower that hangs up is forgotten', async (t) => {
  const { app, port } = await listening(t)
  const { stop, next } = await follow(t, port)
  await app.inject('/one')
  await next()
  stop()
  const other = await follow(t, port)
  await app.inject('/two')
  t.match(await other.next(), { id: '2' })
  await app.close()
})

t.test('HEAD begins no stream, which nobody could read', async (t) => {
  const { app } = await testServer(t)
  t.equal((await app.inject({ method: 'HEAD', url: '/__mock/journal/stream' })).statusCode, 400)
})

/** Posts to a path that takes no body, over a connection of its own. */
async function postBody(port: number, body: string): Promise<void> {
  const outgoing = requestHttp({ port, host: '127.0.0.1', method: 'POST', path: '/x', agent: false })
  outgoing.end(body)
  const [answer] = (await once(outgoing, 'response')) as [IncomingMessage]
  answer.resume()
  await once(answer, 'end')
}
