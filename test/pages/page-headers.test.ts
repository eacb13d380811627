import { createHash } from 'node:crypto'
import type { FastifyInstance, InjectOptions, LightMyRequestResponse } from 'fastify'
import t, { type Test } from 'tap'
import { asKey, people, testPortal, testServer } from '../helper.ts'
import { authorizeUrl } from '../identity/visitor.ts'

const FOREIGN = 'http://evil.example'

/** A browser that has come to a page of the sign-in. */
interface Visit {
  url: string
  cookie: string
}

/** A page, and what is special about it. */
interface Page {
  name: string
  status: number
  request: (app: FastifyInstance) => InjectOptions | Promise<InjectOptions>
  /** Whether it shows credentials or signs users in, so that it isn't served under a foreign host. */
  isPrivate?: boolean
  /** Whether it is Swagger UI's, whose scripts and styles are files. */
  hasFiles?: boolean
  methods?: ('GET' | 'HEAD' | 'POST')[]
}

const pages: Page[] = [
  { name: 'start page', status: 200, request: () => ({ url: '/' }), isPrivate: true },
  { name: 'start page below a path', status: 200, request: () => ({ url: '/@w1/' }), isPrivate: true },
  { name: 'confirm page', status: 200, request: () => ({ url: '/confirm/EmpInvite' }) },
  { name: 'confirm page, with a bad key', status: 200, request: () => ({ url: '/confirm/LinkInvite?key=1.x' }) },
  { name: 'confirm page, named by its link', status: 200, request: async (app) => ({ url: await invitation(app) }) },
  { name: 'sign-in page', status: 200, request: async (app) => asVisit(await signIn(app)), isPrivate: true },
  { name: 'sign-in page that has ended', status: 400, request: () => ({ url: '/oauth2/login/gone' }), isPrivate: true },
  {
    name: 'sign-in page for an unknown user',
    status: 400,
    request: async (app) => asForm(await signIn(app), 'person=nobody'),
    isPrivate: true,
    methods: ['POST'],
  },
  {
    name: 'sign-in form of another site',
    status: 403,
    request: async (app) => asForm(await signIn(app), `person=${people.owner}`, FOREIGN),
    isPrivate: true,
    methods: ['POST'],
  },
  { name: 'consent page', status: 200, request: async (app) => asVisit(await consent(app)), isPrivate: true },
  {
    name: 'consent form of another site',
    status: 403,
    request: async (app) => asForm(await consent(app), 'consent=allow', FOREIGN),
    isPrivate: true,
    methods: ['POST'],
  },
  { name: 'error page', status: 400, request: () => ({ url: '/oauth2/authorize' }), methods: ['GET'] },
  { name: 'Swagger UI', status: 200, request: () => ({ url: '/docs' }), hasFiles: true },
  { name: 'Swagger UI, with a slash', status: 200, request: () => ({ url: '/docs/' }), hasFiles: true },
  {
    name: 'Swagger UI’s redirect page',
    status: 200,
    request: () => ({ url: '/docs/static/oauth2-redirect.html?code=x' }),
    hasFiles: true,
  },
]

for (const page of pages) {
  for (const method of page.methods ?? ['GET', 'HEAD']) {
    t.test(`${page.name}, ${method}`, async (t) => {
      for (const [allowedOrigins, profile] of [
        ['*', 'documented'],
        [[FOREIGN], 'server'],
      ] as const) {
        const { app } = await testServer(t, { allowedOrigins, profile, portal: testPortal(t) })
        const origin = page.methods?.includes('POST') ? {} : { origin: FOREIGN }
        const answer = await open(app, page, method, origin)
        t.equal(answer.statusCode, page.status)
        const { headers } = answer
        t.match(headers, {
          'cache-control': 'no-store',
          'cross-origin-resource-policy': 'same-origin',
          'referrer-policy': page.hasFiles ? 'no-referrer' : 'same-origin',
          'x-content-type-options': 'nosniff',
          'x-frame-options': 'DENY',
        })
        const cors = Object.keys(headers).filter((name) => name.startsWith('access-control-'))
        t.strictSame(cors, [])
        checkPolicy(t, String(headers['content-security-policy']), method === 'HEAD' ? null : answer.body, page)
      }
    })
  }
}

/** Checks that a policy allows nothing by default, and inline code by hash only. */
function checkPolicy(t: Test, policy: string, body: string | null, { hasFiles = false }: Page): void {
  t.match(policy, "default-src 'none'")
  t.match(policy, "base-uri 'none'")
  t.match(policy, "frame-ancestors 'none'")
  t.notMatch(policy, /unsafe|\*|http/)
  if (body === null) return
  t.notMatch(body, /<[^>]+\s(style|on\w+)=/, 'no attribute needs an exception')
  const inline = [...body.matchAll(/<(script|style)>(.*?)<\/\1>/gs)]
  t.equal(inline.length, hasFiles ? 0 : 2)
  for (const [, element, text = ''] of inline) {
    const hash = createHash('sha256').update(text).digest('base64')
    t.match(policy, `${element}-src 'sha256-${hash}'`)
  }
  if (hasFiles) t.match(policy, /script-src 'self'; style-src 'self'/)
}

/** Hosts, and whether a server without further configuration shows credentials under them. */
const hosts: [host: string, isKnown: boolean][] = [
  ['localhost:8092', true],
  ['LOCALHOST.:8092', true],
  ['127.0.0.1', true],
  ['2130706433', true],
  ['0x7f.1', true],
  ['[::1]:8092', true],
  ['192.0.2.7', true],
  ['w1.localhost', true],
  ['evil.example', false],
  ['evil.example.', false],
  ['evil.example:8092', false],
  ['localhost.evil.example', false],
  ['127.0.0.1.evil.example', false],
  ['evil-localhost', false],
  ['xlocalhost', false],
  ['mock', false],
]

t.test('pages that show credentials or sign users in are not served under hosts that may be web sites', async (t) => {
  const { app } = await testServer(t)
  for (const page of pages) {
    for (const method of page.methods ?? ['GET', 'HEAD']) {
      for (const [host, isKnown] of hosts) {
        // a refused form gets a different page
        if (isKnown && (page.status === 403 || host.startsWith('w1.'))) continue
        const answer = await open(app, page, method, {}, host)
        const status = page.isPrivate && !isKnown ? 403 : page.status
        t.equal(answer.statusCode, status, `${method} ${page.name} at ${host}`)
        if (status !== 403 || page.status === 403) continue
        t.notMatch(answer.body, /@example\.com|password|sk-\w{9}/)
        t.equal(answer.headers['cache-control'], 'no-store')
        if (method !== 'HEAD') t.match(answer.body, `not served as ${host.replace(/\.$/, '')}`)
      }
    }
  }
})

t.test('a configured host, a token or --control-remote allows them', async (t) => {
  const start = pages.slice(0, 1).flatMap((page) => ({ ...page }))
  const [page] = start
  if (page === undefined) throw new Error('there is no page')
  const host = 'Mock.example.com:8092'
  const portal = testPortal(t)
  portal.changeSettings({ mappedDomain: 'mock.example.com' })
  for (const [options, status] of [
    [{}, 403],
    [{ control: false }, 403],
    [{ publicUrl: 'https://other.example.com' }, 403],
    [{ publicUrl: 'https://mock.example.com' }, 200],
    [{ host: 'mock.example.com' }, 200],
    [{ portal }, 200],
    [{ control: { token: 'secret' } }, 200],
    [{ control: { remote: true } }, 200],
  ] as const) {
    const { app } = await testServer(t, options)
    const answer = await open(app, page, 'GET', {}, host)
    t.equal(answer.statusCode, status, JSON.stringify(options))
    // headers of proxies are ignored, since pages can send them
    const forwarded = { 'x-forwarded-host': 'localhost:8092' }
    t.equal((await open(app, page, 'GET', forwarded, host)).statusCode, status, JSON.stringify(options))
  }
})

async function open(
  app: FastifyInstance,
  { request }: Page,
  method: 'GET' | 'HEAD' | 'POST',
  headers: Record<string, string>,
  host?: string,
): Promise<LightMyRequestResponse> {
  const options = await request(app)
  const all = { accept: 'text/html', ...headers, ...options.headers, ...(host !== undefined && { host }) }
  return app.inject({ ...options, method, headers: all })
}

function asVisit({ url, cookie }: Visit): InjectOptions {
  return { url, headers: { cookie } }
}

function asForm({ url, cookie }: Visit, payload: string, origin?: string): InjectOptions {
  return {
    url,
    payload,
    headers: { cookie, ...(origin && { origin }), 'content-type': 'application/x-www-form-urlencoded' },
  }
}

/** Begins a sign-in. */
async function signIn(app: FastifyInstance): Promise<Visit> {
  return visitOf(
    await app.inject({ url: authorizeUrl('', { scope: 'openid accounts.self:read' }), headers: { host: 'localhost' } }),
  )
}

/** Signs in as far as the consent page. */
async function consent(app: FastifyInstance): Promise<Visit> {
  const login = await signIn(app)
  const signedIn = visitOf(await app.inject({ ...asForm(login, `person=${people.guest}`), method: 'POST' }))
  const cookie = `${signedIn.cookie}; ${login.cookie}`
  const resumed = visitOf(await app.inject({ url: signedIn.url, headers: { cookie, host: 'localhost' } }))
  return { url: resumed.url, cookie: `${resumed.cookie}; ${cookie}` }
}

function visitOf({ headers, cookies }: LightMyRequestResponse): Visit {
  const url = new URL(String(headers.location), 'http://localhost').pathname
  return { url, cookie: cookies.map(({ name, value }) => `${name}=${value}`).join('; ') }
}

async function invitation(app: FastifyInstance): Promise<string> {
  const { response } = (await app.inject(asKey('1', 'users/invite/2'))).json()
  const { pathname, search } = new URL(String((await app.inject(new URL(response).pathname)).headers.location))
  return pathname + search
}
