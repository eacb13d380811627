import { once } from 'node:events'
import { type AddressInfo, connect, Socket } from 'node:net'
import t from 'tap'
import { answerClientError } from '../../src/http/client-error.ts'
import { testServer } from '../helper.ts'
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
    answerClientError({ code }, socket)
    t.same(written, [`HTTP/1.1 ${status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`])
    answerClientError({ code: 'HPE_INVALID_METHOD' }, socket)
    t.equal(written.length, 1, 'what is sent after that is thrown away')
    t.equal(socket.destroyed, false)
    socket.destroy()
  }
})

t.test('who has gone is told nothing', async (t) => {
  const gone = fakeSocket()
  answerClientError({ code: 'ECONNRESET' }, gone.socket)
  t.equal(gone.socket.destroyed, true)
  t.same(gone.written, [])
  const ended = fakeSocket()
  ended.socket.end()
  answerClientError({}, ended.socket)
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
