import type { FastifyRequest } from 'fastify'
import t from 'tap'
import { isOwnOrigin } from '../../src/identity/own-origin.ts'

/** How a server listens, and how a request has reached it. */
interface Reached {
  publicUrl?: string
  mappedDomain?: string
  tls?: boolean
  /** What the server was told to listen on, and the addresses that it is bound to. */
  host?: string
  bound?: string[]
  /** The address that the client has connected to. */
  localAddress?: string
  localPort?: number
}

function requestOf(reached: Reached): FastifyRequest {
  const { publicUrl = null, mappedDomain = null, tls = false, host = 'localhost' } = reached
  const { bound = ['127.0.0.1', '::1'], localAddress = '127.0.0.1', localPort = 8092 } = reached
  return {
    publicUrl,
    portal: { alias: 'acme', settings: { mappedDomain } },
    server: { listenHost: host, addresses: () => bound.map((address) => ({ address, port: localPort })) },
    socket: { encrypted: tls, localAddress, localPort },
    // none of these counts
    headers: { host: 'evil.example:8092', origin: 'http://evil.example:8092', 'x-forwarded-host': 'evil.example:8092' },
    host: 'evil.example:8092',
    protocol: 'http',
  } as unknown as FastifyRequest
}

const everywhere = { host: '0.0.0.0', bound: ['0.0.0.0'] }

const cases: [reached: Reached, own: string[], foreign: string[]][] = [
  [
    {},
    ['http://localhost:8092', 'http://127.0.0.1:8092', 'http://[::1]:8092', 'http://acme.localhost:8092'],
    [
      'https://localhost:8092',
      'http://localhost',
      'http://localhost:8093',
      'http://evil.example:8092',
      'http://evil.localhost:8092',
      'http://localhost.evil.example:8092',
      'http://acme:8092',
      'http://192.0.2.7:8092',
      'http://localhost:8092@evil.example',
      'file:///localhost:8092',
    ],
  ],
  [{ tls: true }, ['https://localhost:8092', 'https://acme.localhost:8092'], ['http://localhost:8092']],
  [{ localPort: 80 }, ['http://localhost', 'http://127.0.0.1'], ['http://localhost:8092', 'https://localhost']],
  [{ tls: true, localPort: 443 }, ['https://localhost'], ['http://localhost', 'https://localhost:8092']],
  [
    { publicUrl: 'https://docs.example.com' },
    ['https://docs.example.com', 'http://localhost:8092'],
    ['http://docs.example.com', 'https://docs.example.com:8092', 'https://a.docs.example.com'],
  ],
  [{ mappedDomain: 'acme.example.com' }, ['http://acme.example.com:8092'], ['http://acme.example.com']],
  // a container: the client connects to an address that its own host has made up
  [
    { ...everywhere, localAddress: '172.17.0.2' },
    ['http://localhost:8092', 'http://127.0.0.1:8092', 'http://172.17.0.2:8092'],
    ['http://192.0.2.7:8092', 'http://localhost:9000'],
  ],
  [{ ...everywhere, localAddress: '::ffff:192.0.2.7' }, ['http://192.0.2.7:8092'], ['http://192.0.2.8:8092']],
  [
    { bound: ['::'], host: '::', localAddress: '2001:db8::7' },
    ['http://[2001:db8::7]:8092'],
    ['http://[2001:db8::8]:8092'],
  ],
  [
    { host: 'Devbox', bound: ['192.0.2.7'], localAddress: '192.0.2.7' },
    ['http://devbox:8092', 'http://192.0.2.7:8092'],
    ['http://localhost:8092', 'http://acme.localhost:8092', 'http://127.0.0.1:8092'],
  ],
]

t.test('the configuration and the connection decide what is an address of the server, not a header', async (t) => {
  for (const [reached, own, foreign] of cases) {
    const request = requestOf(reached)
    for (const url of own) t.equal(isOwnOrigin(new URL(url), request), true, `${url}: ${JSON.stringify(reached)}`)
    for (const url of foreign) t.equal(isOwnOrigin(new URL(url), request), false, `${url}: ${JSON.stringify(reached)}`)
  }
})

t.test('a request without a connection has no such address', async (t) => {
  const request = requestOf({})
  Object.assign(request, { socket: {} })
  t.equal(isOwnOrigin(new URL('http://localhost:8092'), request), false)
})
