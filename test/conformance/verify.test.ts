import { createServer as createHttpServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import t, { type Test } from 'tap'
import type { Report } from '../../src/conformance/report.ts'
import { verify } from '../../src/conformance/verify.ts'
import { VerifyError } from '../../src/conformance/verify-error.ts'
import { start } from '../../src/start.ts'
import type { Fixture } from '../../src/store/fixture.ts'
import { apiKey, people } from '../helper.ts'

for (const profile of ['documented', 'server'] as const) {
  t.test(`the mock passes entirely, over HTTP, profile ${profile}`, async (t) => {
    const { url, portals } = await mock(t, { profile })
    for (const address of [url, url.replace('localhost', '127.0.0.1')]) {
      const { report } = await verify({ url: address, profile, allowWrites: true })
      t.same(failures(report), [])
      t.equal(report.skipped, 0)
      t.ok(report.passed > 200)
    }
    t.equal(portals[0].settings.tenantStatus, 'active', 'settings are put back')
    t.equal(portals[0].store.users.count(), 6)
  })
}

t.test('without leave nothing is changed', async (t) => {
  const { url, portals } = await mock(t)
  const [{ store }] = portals
  const { report } = await verify({ url })
  t.same(failures(report), [])
  t.same(store.outbox.list(), [])
  for (const id of Object.values(people)) t.notOk(store.webstudioSettings.isGiftMessageRead(id))
  t.ok(report.skipped > 30)
  for (const { status, reason } of outcomes(report)) {
    if (status === 'skipped') t.match(reason, /--allow-writes/)
  }
})

t.test('a mock of another fixture: what is known of it is expected', async (t) => {
  const fixture: Fixture = {
    alias: 'acme',
    tenantId: 7,
    machineKey: 'another',
    owner: people.owner,
    users: [
      { id: people.owner, email: 'boss@acme.example', type: 'DocSpaceAdmin', password: 'secret', cultureName: 'fr' },
      { id: people.winfield, email: 'w@acme.example', type: 'User', apiKeys: [{ key: apiKey('8') }] },
    ],
  }
  for (const profile of ['documented', 'server'] as const) {
    const { url } = await mock(t, { profile, fixtures: [fixture] })
    const { report } = await verify({ url, profile, fixture, allowWrites: true })
    t.same(failures(report), [])
    t.ok(report.passed > 100)
    for (const reason of ['wants a credential of a guest', 'rests on the people of the shipped fixture']) {
      t.ok(reasons(report).includes(reason), reason)
    }
  }
})

t.test('a portal of which only keys are known', async (t) => {
  const { url } = await mock(t, { profile: 'server' })
  const ids: Record<string, string> = { [apiKey('1')]: people.owner, [apiKey('4')]: people.winfield }
  const asked: string[] = []
  const server = await proxy(t, url, (path, headers) => {
    asked.push(path)
    if (path !== '/api/2.0/people/@self') return null
    const id = ids[String(headers.authorization).replace('Bearer ', '')]
    return { response: { id: id?.toUpperCase(), email: 'somebody@example.com' } }
  })
  const { report, har } = await verify({
    url: server,
    profile: 'server',
    people: { owner: { apiKey: apiKey('1') }, user: { apiKey: apiKey('4') } },
    allowWrites: true,
  })
  t.same(failures(report), [])
  t.ok(report.passed > 60)
  const mine = outcomes(report).filter(({ id }) => ['D1', 'D3', 'D5', 'C1', 'C4'].includes(id))
  t.same(
    mine.map(({ status }) => status),
    Array(5).fill('passed'),
  )
  t.notOk(
    asked.some((path) => path.startsWith('/__mock')),
    'nothing of the mock is asked for',
  )
  t.notMatch(har(), apiKey('1'))
  t.notMatch(har(), apiKey('4'))
})

t.test('a portal below a path', async (t) => {
  const { url } = await mock(t)
  const server = await proxy(t, url, () => null, '/proxy/docspace')
  const { report } = await verify({ url: `${server}/proxy/docspace/`, people: { owner: { apiKey: apiKey('1') } } })
  t.ok(report.passed > 20, 'requests reach it')
  t.match(report.url, /\/proxy\/docspace$/)
})

t.test('a credential that is refused ends it before it begins', async (t) => {
  const server = await serve(t, (_, response) => response.writeHead(401).end())
  await t.rejects(verify({ url: server, people: { user: { apiKey: apiKey('1') } } }), {
    name: 'VerifyError',
    message: /^the credential for user is refused: GET \/api\/2\.0\/portal\/userscount answers 401$/,
  })
})

t.test('nobody there', async (t) => {
  const server = await serve(t, (request) => request.socket.destroy())
  await t.rejects(verify({ url: server }), VerifyError)
  await t.rejects(verify({ url: server, people: { owner: { apiKey: apiKey('1') } } }), /can't be reached/)
})

t.test('a server that hangs up half-way: its cases fail, the others go on', async (t) => {
  const server = await serve(t, (request, response) => {
    if (/users\/|__mock/.test(request.url ?? '')) request.socket.destroy()
    else response.writeHead(401).end()
  })
  const { report } = await verify({ url: server, allowWrites: true })
  t.ok(failures(report).some(([, reason]) => reason?.startsWith('no answer: ')))
  t.equal(outcomes(report).find(({ id }) => id === 'A1')?.status, 'passed')
})

t.test('an answer without an end', async (t) => {
  const server = await serve(t, (request, response) => {
    if (!request.url?.endsWith('/userscount') || request.headers.authorization === undefined) {
      response.writeHead(401).end()
      return
    }
    const more = () => {
      while (!response.destroyed && response.write('x'.repeat(65_536)));
    }
    response.on('drain', more)
    more()
  })
  const { report } = await verify({ url: server })
  t.match(outcomes(report).find(({ id }) => id === 'C1')?.reason, /^no answer: the answer's body is longer than/)
})

t.test('wrong answers of all kinds are differences, never exceptions', async (t) => {
  const bodies = ['', 'null', '5', '"text"', '[]', '{}', '{"response":null}', '{"response":[]}', '<html>', '\u0000']
  for (const body of bodies) {
    for (const status of [200, 302, 500]) {
      const server = await serve(t, (_, response) => {
        response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', location: 'x:y' }).end(body)
      })
      const { report, har } = await verify({ url: server, allowWrites: true })
      t.ok(report.failed > 100, `${status} ${body}`)
      t.equal(JSON.parse(har()).log.version, '1.2')
    }
  }
})

t.test('an interruption ends it after the case that is under way', async (t) => {
  const { url } = await mock(t)
  const stop = new AbortController()
  const { report } = await verify({
    url,
    signal: stop.signal,
    onProgress: (done) => {
      if (done === 5) stop.abort()
    },
  })
  t.equal(outcomes(report).length, 5)
})

t.test('progress counts every case', async (t) => {
  const { url } = await mock(t)
  const seen: [number, number][] = []
  const { report } = await verify({ url, onProgress: (done, total) => seen.push([done, total]) })
  const total = outcomes(report).length
  t.same(seen[0], [1, total])
  t.same(seen.at(-1), [total, total])
})

async function mock(t: Test, options: Parameters<typeof start>[0] = {}) {
  const server = await start({ port: 0, ...options })
  t.teardown(() => server.close())
  return server
}

async function serve(t: Test, listener: RequestListener): Promise<string> {
  const server = createHttpServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => server.closeAllConnections())
  t.teardown(() => server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** Stands in front of a mock, as it would look from a path of its own, and answers some requests itself. */
function proxy(
  t: Test,
  to: string,
  answer: (path: string, headers: NodeJS.Dict<string | string[]>) => object | null,
  prefix = '',
): Promise<string> {
  return serve(t, async (request, response) => {
    const path = (request.url ?? '').slice(prefix.length)
    const own = answer(path, request.headers)
    if (own !== null) {
      response.end(JSON.stringify(own))
      return
    }
    const { connection: _, 'content-length': __, host, ...headers } = request.headers
    const forwarded = { ...headers, 'x-forwarded-host': host } as NodeJS.Dict<string | string[]>
    const { status, headers: sent, body } = await forward(to, request.method ?? 'GET', path, forwarded)
    response.writeHead(status, sent).end(body)
  })
}

async function forward(to: string, method: string, path: string, headers: NodeJS.Dict<string | string[]>) {
  const answer = await fetch(to + path, {
    method,
    headers: headers as Record<string, string>,
    redirect: 'manual',
  })
  return { status: answer.status, headers: Object.fromEntries(answer.headers), body: await answer.text() }
}

function outcomes({ operations }: Report) {
  return operations.flatMap(({ outcomes }) => outcomes)
}

function failures(report: Report) {
  return outcomes(report).flatMap(({ id, status, reason }) => (status === 'failed' ? [[id, reason]] : []))
}

function reasons(report: Report): string[] {
  return [...new Set(outcomes(report).flatMap(({ reason }) => reason ?? []))]
}
