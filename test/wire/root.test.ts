import type { FastifyRequest } from 'fastify'
import t from 'tap'
import { type ProfileName, profiles } from '../../src/domain/profile.ts'
import { withoutFinalDot } from '../../src/wire/host.ts'
import { parseQuery } from '../../src/wire/query.ts'
import { addressedUrl, isLoopback, portalRoot, requestLink, requestRoot } from '../../src/wire/root.ts'

interface Asked {
  host?: string
  protocol?: 'http' | 'https'
  target?: string
  alias?: string
  mappedDomain?: string | null
  publicUrl?: string | null
  portalPath?: string
  profile?: ProfileName
}

/** As much of a request as an address is made of. */
function asked({ host = 'localhost:8092', protocol = 'http', target = '/', ...rest }: Asked): FastifyRequest {
  const { alias = 'localhost', mappedDomain = null, publicUrl = null, portalPath = '', profile = 'server' } = rest
  return {
    method: 'GET',
    host,
    protocol,
    originalUrl: target,
    query: parseQuery(target.replace(/^[^?]*/, '')),
    publicUrl,
    portalPath,
    profile: profiles[profile],
    portal: { alias, settings: { mappedDomain } },
  } as unknown as FastifyRequest
}

t.test('a link shows the decoded path and the raw query (facts §4.1)', async (t) => {
  const cases: [given: Asked, href: string][] = [
    [{ target: '/api/2.0/portal/userscount' }, 'http://localhost:8092/api/2.0/portal/userscount'],
    [{ target: '/x?fields=%69d&a+b' }, 'http://localhost:8092/x?fields=%69d&a+b'],
    [{ target: '/users%63ount?' }, 'http://localhost:8092/userscount?'],
    [{ target: '//api/x' }, 'http://localhost:8092/api/x'],
    [{ target: '/a/%C3%A9%2Fb' }, 'http://localhost:8092/a/é%2Fb'],
    [{ target: '/x', host: 'docs.example.com', protocol: 'https' }, 'https://docs.example.com/x'],
    [{ target: '/x?origin=https://other.example.com' }, 'http://localhost:8092/x?origin=https://other.example.com'],
    [{ target: 'http://localhost:8092/x' }, 'http://localhost:8092/x'],
    [{ target: 'http://localhost:8092/x?y=1' }, 'http://localhost:8092/x?y=1'],
    [{ target: '/@w1/api/x', portalPath: '/@w1' }, 'http://localhost:8092/@w1/api/x'],
    [{ target: '/%40W1/api/x', portalPath: '/@w1' }, 'http://localhost:8092/@W1/api/x'],
    [{ target: '/api/x', portalPath: '/@w1' }, 'http://localhost:8092/@w1/api/x'],
  ]
  for (const [given, href] of cases) t.strictSame(requestLink(asked(given)), { href, action: 'GET' }, href)
})

/** What links begin with in each profile; where the client has reached the portal is the same in both. */
const roots: [given: Asked, documented: string, server?: string][] = [
  [{}, 'http://localhost:8092'],
  [{ host: '127.0.0.1:8092' }, 'http://127.0.0.1:8092', 'http://localhost:8092'],
  [{ host: '127.9.9.9' }, 'http://127.9.9.9', 'http://localhost'],
  [{ host: '[::1]:8092' }, 'http://[::1]:8092', 'http://localhost:8092'],
  [{ host: 'localhost' }, 'http://localhost'],
  [{ host: 'localhost:80' }, 'http://localhost'],
  [{ host: 'localhost:443', protocol: 'https' }, 'https://localhost'],
  [{ host: 'localhost:8443', protocol: 'https' }, 'https://localhost:8443'],
  [{ host: 'docs.example.com' }, 'http://docs.example.com'],
  [{ host: 'docs.example.com:8080' }, 'http://docs.example.com:8080'],
  [{ host: '10.0.0.7:8092' }, 'http://10.0.0.7:8092'],
  [{ portalPath: '/@w1' }, 'http://localhost:8092/@w1'],
  [{ portalPath: '/@w1', host: '127.0.0.1:8092' }, 'http://127.0.0.1:8092/@w1'],
  [{ portalPath: '/@w1', publicUrl: 'https://docs.example.com' }, 'https://docs.example.com/@w1'],
  // old clients send no Host, and proxies may forward nonsense
  [{ host: '' }, 'http://localhost'],
  [{ host: 'no host' }, 'http://localhost'],
  [{ host: 'docs.example.com:port' }, 'http://localhost'],
  [{ alias: 'acme' }, 'http://localhost:8092', 'http://acme.localhost:8092'],
  [{ alias: 'acme', host: 'acme.localhost:8092' }, 'http://acme.localhost:8092'],
  [{ mappedDomain: 'docs.acme.com' }, 'http://localhost:8092', 'http://docs.acme.com:8092'],
  [{ alias: 'acme', mappedDomain: 'docs.acme.com' }, 'http://localhost:8092', 'http://docs.acme.com:8092'],
  [{ host: 'docs.example.com', mappedDomain: 'docs.acme.com' }, 'http://docs.example.com'],
  [{ publicUrl: 'https://mock.example.com' }, 'https://mock.example.com'],
  [{ publicUrl: 'https://mock.example.com', target: '/?origin=http://x.example.com' }, 'https://mock.example.com'],
]

t.test('links begin with the address asked, in server with the portal’s domain (facts P14, §5.1)', async (t) => {
  for (const [given, documented, server = documented] of roots) {
    t.equal(portalRoot(asked({ ...given, profile: 'documented' })), documented, JSON.stringify(given))
    t.equal(portalRoot(asked({ ...given, profile: 'server' })), server, JSON.stringify(given))
    t.equal(requestRoot(asked({ ...given, profile: 'server' })), documented, JSON.stringify(given))
  }
})

t.test('the query parameter origin overrides the address (facts §1.2)', async (t) => {
  const cases: [origin: string, expected: string][] = [
    ['https://docs.example.com', 'https://docs.example.com'],
    ['https://docs.example.com:8443/any/path?q', 'https://docs.example.com:8443'],
    ['http%3A%2F%2Fdocs.example.com', 'http://docs.example.com'],
    ['https://localhost:5001', 'https://localhost:5001'],
    ['http://127.0.0.1:3000', 'http://localhost:3000'],
    ['https://docs.example.com.:8443', 'https://docs.example.com:8443'],
    ['http://127.0.0.1.:3000', 'http://localhost:3000'],
    ['docs.example.com', 'http://localhost:8092'],
    ['/path', 'http://localhost:8092'],
    ['', 'http://localhost:8092'],
    ['null', 'http://localhost:8092'],
    ['ftp://docs.example.com', 'http://localhost:8092'],
    ['javascript:alert(1)', 'http://localhost:8092'],
  ]
  for (const [origin, expected] of cases)
    t.equal(portalRoot(asked({ target: `/x?origin=${origin}` })), expected, origin)
  t.equal(addressedUrl(asked({ target: '/x?Origin=https://docs.example.com' })).hostname, 'docs.example.com')
  t.equal(addressedUrl(asked({ host: 'acme.localhost:8092' })).hostname, 'acme.localhost')
})

t.test('knows the machine’s own names', async (t) => {
  const own = ['localhost', '127.0.0.1', '127.255.0.1', '::1', '[::1]']
  const others = ['localhost.example.com', 'acme.localhost', '128.0.0.1', '127.example.com', '127.0.0', '[::2]', '']

  t.strictSame(
    own.filter((name) => !isLoopback(name)),
    [],
  )
  t.strictSame(others.filter(isLoopback), [])
})

t.test('the dot that ends a name is left out', async (t) => {
  const cases: [host: string, plain: string][] = [
    ['localhost.', 'localhost'],
    ['LOCALHOST.:8092', 'LOCALHOST:8092'],
    ['w1.localhost.:8092', 'w1.localhost:8092'],
    ['127.0.0.1.', '127.0.0.1'],
    ['http://localhost.:8092', 'http://localhost:8092'],
    ['localhost', 'localhost'],
    ['docs.example.com:8092', 'docs.example.com:8092'],
    ['[::1]:8092', '[::1]:8092'],
    ['localhost..', 'localhost..'],
    ['.', '.'],
    ['.:80', '.:80'],
    ['', ''],
    ['null', 'null'],
  ]
  for (const [host, plain] of cases) t.equal(withoutFinalDot(host), plain, host)
})
