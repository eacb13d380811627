import t from 'tap'
import { displayPath, plainTarget, portalOfTarget, routingTarget, splitTarget } from '../../src/wire/target.ts'

const PATH = '/api/2.0/portal/userscount'

t.test('takes a target apart at its first question mark', async (t) => {
  t.strictSame(splitTarget('/a?b'), { path: '/a', query: '?b' })
  t.strictSame(splitTarget('/a?b?c'), { path: '/a', query: '?b?c' })
  t.strictSame(splitTarget('/a?'), { path: '/a', query: '?' })
  t.strictSame(splitTarget('/a'), { path: '/a', query: '' })
})

t.test('every spelling of a path finds its route (facts §0 P10, §1.8)', async (t) => {
  const spellings: Record<string, string> = {
    'as it is': PATH,
    'one trailing slash': `${PATH}/`,
    'leading slashes': `/${PATH}`,
    'many leading slashes': `///${PATH}`,
    'many trailing slashes': `${PATH}///`,
    'a doubled slash inside': '/api/2.0/portal//userscount',
    'many slashes inside': '/api//2.0///portal////userscount//',
    'a doubled slash in front of a way back': '/api/2.0/portal/x//../userscount',
    'an escaped letter': '/api/2.0/portal/users%63ount',
    'an escaped api': '/%61pi/2.0/portal/userscount',
    'a dot segment': '/api/2.0/./portal/userscount',
    'a way back': '/api/2.0/portal/x/../userscount',
    'escaped dots': '/api/2.0/portal/x/%2e%2E/userscount',
    'a way out of the root': '/../../api/2.0/portal/userscount',
    'version 2': '/api/2/portal/userscount',
    'version 2.00': '/api/2.00/portal/userscount',
    'version 02.0': '/api/02.0/portal/userscount',
    'version 002': '/api/002/portal/userscount',
    'version 2%2E0': '/api/2%2E0/portal/userscount',
    'api in capitals': '/API/2/portal/userscount',
    'below the name of a portal': '/@w1/api/2.0/portal/userscount',
    'below the name of a portal, spelt otherwise': '//%40W1/API/2/portal/userscount/',
    'below the name of a portal and a slash': '/@w1//api/2.0/portal/userscount',
    'below the name of a portal and many slashes': '//@w1///api//2.0/portal//userscount',
    'an absolute target': 'http://localhost:8092/api/2.0/portal/userscount',
    'an absolute target, spelt otherwise': 'HTTPS://docs.example.com//api/2/portal/userscount/',
    'an absolute target with a portal': 'http://localhost:8092//@w1//api/2.0/portal/userscount',
  }
  for (const [name, path] of Object.entries(spellings)) {
    t.equal(routingTarget(path), PATH, name)
    t.equal(routingTarget(`${path}?a=%zz&b=/../`), `${PATH}?a=%zz&b=/../`, `${name}, with a query`)
  }
})

t.test('what the identity service has at a second path has one route', async (t) => {
  const cases: [path: string, routed: string][] = [
    ['/api/2.0/oauth2/clients', '/api/2.0/clients'],
    ['/api/2.0/oauth2/clients/1/activation?a', '/api/2.0/clients/1/activation?a'],
    ['/api/2.0/oauth2/scopes', '/api/2.0/scopes'],
    ['/api/2.0/oauth2/clients?limit=50', '/api/2.0/clients?limit=50'],
    ['/API/2/OAUTH2/Clients/', '/api/2.0/Clients'],
    ['/@w1/api/2/o%61uth2/clients', '/api/2.0/clients'],
    ['/api/2.0/oauth2/token', '/oauth2/token'],
    ['/API/2/OAuth2/introspect/?a=b', '/OAuth2/introspect?a=b'],
    ['/@w1/api/2.0/oauth2/.well-known/openid-configuration', '/oauth2/.well-known/openid-configuration'],
    ['/api/2.0/oauth2/authorize/x', '/oauth2/authorize/x'],
  ]
  for (const [path, routed] of cases) t.equal(routingTarget(path), routed, path)
  const others = [
    '/api/2.0/oauth2',
    '/api/2.0/oauth2/clientsx',
    '/api/2.0/oauth2/tokens',
    '/api/2.0/oauth2/oauth2/clients',
    '/api/2.0/oauth2x/token',
    '/oauth2/clients',
    '/oauth2/token',
    '/api/2.0/security/oauth2/clients',
    '/api/2.0/security/oauth2/token',
    '/api/2.1/oauth2/token',
  ]
  for (const path of others) t.equal(routingTarget(path), path)
  t.equal(plainTarget('/@w1/API/2/oauth2/clients'), '/api/2.0/oauth2/clients', 'it is another path all the same')
})

t.test('the name of a portal is in front of a path, or where RFC 8414 puts it', async (t) => {
  const cases: [path: string, name: string | null, rest: string][] = [
    ['/@w1/oauth2/token', 'w1', '/oauth2/token'],
    ['/@w1', 'w1', '/'],
    ['/.well-known/oauth-authorization-server/@w1/oauth2', 'w1', '/.well-known/oauth-authorization-server/oauth2'],
    ['/.well-known/openid-configuration/%40W1/oauth2/', 'W1', '/.well-known/openid-configuration/oauth2'],
    ['/.well-known/openid-configuration/@w1', 'w1', '/.well-known/openid-configuration'],
    ['/.well-known/oauth-authorization-server/oauth2', null, '/.well-known/oauth-authorization-server/oauth2'],
    ['/.well-known/other/@w1', null, '/.well-known/other/@w1'],
    ['/x/.well-known/openid-configuration/@w1', null, '/x/.well-known/openid-configuration/@w1'],
    ['/api/2.0/people/@self', null, '/api/2.0/people/@self'],
    ['/api/2.0/people/@self/@w1', null, '/api/2.0/people/@self/@w1'],
  ]
  for (const [path, name, rest] of cases) {
    t.equal(portalOfTarget(path), name, path)
    t.equal(portalOfTarget(`${path}?a=/@b`), name, `${path}, with a query`)
    t.equal(routingTarget(path), rest, path)
  }
})

t.test('other paths don’t (facts §1.8)', async (t) => {
  const cases: Record<string, [path: string, routed: string]> = {
    'an escaped slash beside a slash': ['/api/2.0/portal/%2f/userscount', '/api/2.0/portal/%252f/userscount'],
    'two escaped slashes': ['/api/2.0/portal%2F%2Fuserscount', '/api/2.0/portal%252F%252Fuserscount'],
    'an escaped slash': ['/api/2.0/portal%2fuserscount', '/api/2.0/portal%252fuserscount'],
    'a matrix parameter': [`${PATH};x=1`, `${PATH}%3Bx%3D1`],
    'an extension': [`${PATH}.json`, `${PATH}.json`],
    'an invalid escape': ['/api/2.0/portal/users/%zz', '/api/2.0/portal/users/%25zz'],
    'no UTF-8': ['/api/2.0/portal/users/%ff', '/api/2.0/portal/users/%25ff'],
    'a doubly escaped letter': ['/api/2.0/portal/users%2563ount', '/api/2.0/portal/users%2563ount'],
    'version 1.0': ['/api/1.0/portal/userscount', '/api/1.0/portal/userscount'],
    'version 2.1': ['/api/2.1/portal/userscount', '/api/2.1/portal/userscount'],
    'version 2.0.0': ['/api/2.0.0/portal/userscount', '/api/2.0.0/portal/userscount'],
    'version 2.': ['/api/2./portal/userscount', '/api/2./portal/userscount'],
    'version +2': ['/api/+2/portal/userscount', '/api/%2B2/portal/userscount'],
    'version v2.0': ['/api/v2.0/portal/userscount', '/api/v2.0/portal/userscount'],
    'version 2.0-beta': ['/api/2.0-beta/portal/userscount', '/api/2.0-beta/portal/userscount'],
    'version 20': ['/api/20/portal/userscount', '/api/20/portal/userscount'],
    'a prefix': ['/x/api/2/portal/userscount', '/x/api/2/portal/userscount'],
    'the root': ['/', '/'],
    'only slashes': ['///', '/'],
    nothing: ['', ''],
    'an asterisk': ['*', '/*'],
    'another scheme': ['ftp://docs.example.com/a', '/ftp%3A/docs.example.com/a'],
  }
  for (const [name, [path, routed]] of Object.entries(cases)) t.equal(routingTarget(path), routed, name)
})

t.test('an at sign stays as it is, as routes have it', async (t) => {
  const SELF = '/api/2.0/keys/@self'
  const cases: [path: string, routed: string][] = [
    [SELF, SELF],
    ['/api/2.0/keys/%40self', SELF],
    ['/api/2/keys/@self/', SELF],
    ['/api/2.0/keys/x/../@self?a=%40', `${SELF}?a=%40`],
    ['/api/2.0/keys/a@b@c', '/api/2.0/keys/a@b@c'],
    ['/api/2.0/keys/%2540self', '/api/2.0/keys/%2540self'],
    ['/api/2.0/keys', '/api/2.0/keys'],
    ['/api/2.0/keys/', '/api/2.0/keys'],
  ]
  for (const [path, routed] of cases) t.equal(routingTarget(path), routed, path)
})

t.test('a parameter comes out of the route as it was meant', async (t) => {
  for (const text of ['é', '\u{1f600}', 'a b', '{x}', '100%', '?', '#', '@', '%2F']) {
    const path = routingTarget(`/api/2.0/portal/users/invite/${text === '%2F' ? text : encodeURIComponent(text)}`)
    t.equal(decodeURIComponent(path.split('/').at(-1) ?? ''), text)
  }
})

t.test('shows a path as it was meant (facts §4.1)', async (t) => {
  const cases: [path: string, shown: string][] = [
    [PATH, PATH],
    [`${PATH}/`, `${PATH}/`],
    [`//${PATH}`, PATH],
    ['/API/2/Portal/UsersCount', '/API/2/Portal/UsersCount'],
    ['/api/2%2E0/portal/users%63ount', PATH],
    ['/a%20b/%C3%A9', '/a b/é'],
    ['/a%2fb%2Fc', '/a%2fb%2Fc'],
    ['/a%252fb', '/a%2fb'],
    ['/%zz/%ff', '/%zz/%ff'],
    ['/a//b', '/a/b'],
    ['/a//', '/a/'],
    ['//@w1//api///2.0', '/@w1/api/2.0'],
    ['/a//..//b', '/b'],
    ['/a%2F/b//%2F', '/a%2F/b/%2F'],
    ['http://localhost:8092//a//b', '/a/b'],
    ['/a/./b', '/a/b'],
    ['/a/../b', '/b'],
    ['/a/b/..', '/a/'],
    ['/a/b/.', '/a/b/'],
    ['/..', '/'],
    ['/../a', '/a'],
    ['/a/b/../../..', '/'],
    ['/a/.../b', '/a/.../b'],
    ['/a/.b/c.', '/a/.b/c.'],
    ['/a/..%2fb', '/a/..%2fb'],
    ['http://localhost:8092/a%20b', '/a b'],
    ['http://localhost:8092', '/'],
    ['/http://localhost/a', '/http:/localhost/a'],
    ['/', '/'],
  ]
  for (const [path, shown] of cases) t.equal(displayPath(path), shown, path)
})
