import { createServer as createHttpServer, type RequestListener } from 'node:http'
import { get } from 'node:https'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import t, { type Test } from 'tap'
import type { Report } from '../../src/conformance/report.ts'
import { verify } from '../../src/conformance/verify.ts'
import { VerifyError } from '../../src/conformance/verify-error.ts'
import { start } from '../../src/start.ts'
import type { Fixture } from '../../src/store/fixture.ts'
import { apiKey, people } from '../helper.ts'

// every case, again and again
t.setTimeout(180_000)

for (const profile of ['documented', 'server'] as const) {
  t.test(`the mock passes entirely, over HTTP, profile ${profile}`, async (t) => {
    const { url, portals } = await mock(t, { profile })
    // what it is called by is the same to both profiles
    const addresses = profile === 'server' ? [url] : [url, url.replace('localhost', '127.0.0.1')]
    for (const address of addresses) {
      const { report, removals } = await verify({ url: address, profile, allowWrites: true })
      t.same(failures(report), [])
      t.same(removals, [], 'nothing is removed before its turn')
      t.equal(report.skipped, 0)
      t.ok(report.passed > 350)
    }
    t.equal(portals[0].settings.tenantStatus, 'active', 'settings are put back')
    t.equal(portals[0].store.users.count(), 6)
    t.equal(portals[0].store.apiKeys.list(null).length, 10, 'the key that was made is gone')
    t.same(portals[0].store.invitationLinks.findByType(4), undefined, 'and so is the link')
    t.equal(portals[0].store.oauth2Clients.list({ createdBy: null, after: null, limit: 50 }).length, 2, 'and clients')
  })
}

t.test('without leave nothing is changed', async (t) => {
  const { url, portals } = await mock(t)
  const [portal] = portals
  const { report } = await verify({ url })
  t.same(failures(report), [])
  t.same(portal.store.outbox.list(), [])
  t.equal(portal.store.apiKeys.list(null).length, 10)
  for (const id of Object.values(people)) t.notOk(portal.store.webstudioSettings.isGiftMessageRead(id))
  t.ok(report.skipped > 30)
  for (const { status, reason } of outcomes(report)) {
    if (status === 'skipped') t.match(reason, /--allow-writes|that changes something$/)
  }
})

t.test('no mark is left to which a teardown would come back', async (t) => {
  const { url, portals } = await mock(t)
  for (const allowWrites of [false, true]) {
    await verify({ url, allowWrites })
    portals[0].store.webstudioSettings.markGiftMessageAsRead(people.guest)
    const headers = { 'content-type': 'application/json' }
    const body = JSON.stringify({ state: 'the portal is active', action: 'teardown' })
    t.equal((await fetch(`${url}/__mock/provider-states`, { method: 'POST', headers, body })).status, 200)
    t.ok(portals[0].store.webstudioSettings.isGiftMessageRead(people.guest), `what came after is kept, ${allowWrites}`)
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
    for (const reason of [
      'wants a credential of a guest',
      'wants the x-signature of a guest',
      'rests on the people of the shipped fixture',
    ]) {
      t.ok(reasons(report).includes(reason), reason)
    }
  }
})

t.test('a portal of which only keys are known', async (t) => {
  const { url } = await mock(t, { profile: 'server' })
  const asked: string[] = []
  const server = await proxy(t, url, (path) => {
    asked.push(path)
    return null
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

t.test('an invitation link that somebody has made is left alone', async (t) => {
  const { url, portals } = await mock(t)
  const link = { id: people.pending, employeeType: 4, expiresAt: null, maxUseCount: null, currentUseCount: 0 } as const
  portals[0].store.invitationLinks.insert(link)
  const { report } = await verify({ url, allowWrites: true })
  t.same(failures(report), [])
  const skipped = outcomes(report).filter(({ status }) => status === 'skipped')
  t.match(skipped[0], { id: 'L1', reason: 'would change what is there already' })
  for (const { reason } of skipped.slice(1)) t.equal(reason, 'wants what a case makes that changes something')
  t.ok(skipped.length > 5)
  t.same(portals[0].store.invitationLinks.find(link.id), link)
})

t.test('a key and a token that are handed out are shown nowhere, wrong answers included', async (t) => {
  const token = 'abcDEF123+/=abcDEF123'
  const key = `sk-${'7a'.repeat(32)}`
  const server = await serve(t, (_, response) => {
    const headers = {
      'content-type': 'application/json',
      'set-cookie': `asc_auth_key=${encodeURIComponent(token)}; path=/`,
    }
    response.writeHead(200, headers).end(JSON.stringify({ response: { token, key, id: people.owner } }))
  })
  const { report, har } = await verify({ url: server, allowWrites: true })
  for (const text of [JSON.stringify(report), har()]) {
    for (const secret of [token, encodeURIComponent(token), key]) t.notOk(text.includes(secret), secret)
    t.match(text, /{{made\.token}}/)
    t.match(text, /{{made\.key}}/)
  }
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

t.test('what is no portal ends it before it begins, and says what to do', async (t) => {
  const cases: [status: number, headers: Record<string, string>, message: RegExp][] = [
    [
      404,
      {},
      /\/api\/2\.0\/portal\/userscount answers 404: no portal is there\. Give its address without \/api\/2\.0$/,
    ],
    [
      301,
      { location: 'https://docs.example.com/' },
      /answers 301 and leads to https:\/\/docs\.example\.com\/: give the/,
    ],
  ]
  for (const [status, headers, message] of cases) {
    const server = await serve(t, (_, response) => response.writeHead(status, headers).end())
    await t.rejects(verify({ url: server }), { name: 'VerifyError', message })
    await t.rejects(verify({ url: server, people: { owner: { apiKey: apiKey('1') } } }), { message })
  }
})

t.test('over TLS: a certificate of its own has to be named', async (t) => {
  const { url, portals } = await mock(t, { tls: true })
  await t.rejects(verify({ url }), {
    name: 'VerifyError',
    message:
      /^https:\S+ isn't trusted: self-signed certificate\. Name its certificate with --tls-ca FILE; a docspace-mock/,
  })
  const message = await verify({ url }).then(String, String)
  const [, certificate = ''] = /at (\S+)$/.exec(message) ?? []
  const ca = await pemOf(certificate)
  const { report } = await verify({ url, ca, allowWrites: true })
  t.same(failures(report), [])
  t.equal(report.skipped, 0)
  t.equal(portals[0].settings.paid, true)
})

t.test('the wrong scheme', async (t) => {
  const plain = await mock(t)
  await t.rejects(
    verify({ url: plain.url.replace('http:', 'https:') }),
    /doesn't speak HTTPS: is it http:\/\/ there\?$/,
  )
  const secure = await mock(t, { tls: true })
  await t.rejects(
    verify({ url: secure.url.replace('https:', 'http:') }),
    /can't be reached: .*\. Is it https:\/\/ there\?$/,
  )
})

t.test('a server that never answers', async (t) => {
  const server = await serve(t, () => {})
  await t.rejects(verify({ url: server, timeout: 50 }), /can't be reached: nothing within 0\.05 s$/)
})

t.test('a server that stops answering: it is not asked for ever', async (t) => {
  let asked = 0
  const server = await serve(t, (_, response) => {
    if (asked++ === 0) response.writeHead(401).end()
  })
  const { report } = await verify({ url: server, timeout: 50 })
  t.same(failures(report).slice(0, 1), [['B1', 'no answer: nothing within 0.05 s']])
  t.equal(report.failed, 3)
  t.equal(asked, 4)
  t.match(outcomes(report)[3]?.reason, /^not sent: 3 requests before got no answer in time$/)
})

t.test('an interruption gives up what hangs, and puts settings back', async (t) => {
  const { url, portals } = await mock(t)
  const stop = new AbortController()
  const server = await proxy(t, url, (path) => {
    if (portals[0].settings.allowInvitingMembers || path.startsWith('/__mock')) return null
    stop.abort()
    return undefined
  })
  const { report } = await verify({ url: server, allowWrites: true, signal: stop.signal })
  t.same(failures(report), [])
  t.equal(outcomes(report).at(-1)?.id, 'B16', 'B17 was under way')
  t.equal(portals[0].settings.allowInvitingMembers, true)
})

t.test('an interruption removes what was made, and what is being made', async (t) => {
  const cases: [path: string, removed: string[]][] = [
    ['/api/2.0/portal/users/invitationlink', ['L76']],
    ['/api/2.0/oauth2/clients', ['O71', 'O72']],
  ]
  const { url, portals } = await mock(t)
  for (const [path, removed] of cases) {
    const stop = new AbortController()
    const server = await proxy(t, url, (asked, _, method) => {
      if (method === 'POST' && asked === path) stop.abort()
      return null
    })
    const { report, removals } = await verify({ url: server, allowWrites: true, signal: stop.signal })
    t.same(
      removals.map(({ id, status }) => [id, status]),
      removed.map((id) => [id, 'passed']),
      path,
    )
    t.same(
      outcomes(report).filter(({ id }) => removed.includes(id)),
      removals,
      'the report has them, once',
    )
    const [{ store }] = portals
    t.equal(store.invitationLinks.findByType(4), undefined)
    t.equal(store.oauth2Clients.list({ createdBy: null, after: null, limit: 50 }).length, 2)
  }
})

t.test('an interruption before the first answer', async (t) => {
  const stop = new AbortController()
  const server = await serve(t, () => stop.abort())
  await t.rejects(verify({ url: server, signal: stop.signal }), /^interrupted before anything was sent$/)
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
  for (const [i, body] of bodies.entries()) {
    const status = [200, 401, 500][i % 3] ?? 200
    const server = await serve(t, (_, response) => {
      response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', location: 'x:y' }).end(body)
    })
    const { report, har } = await verify({ url: server, allowWrites: true })
    t.ok(report.failed > 100, `${status} ${body}`)
    t.equal(JSON.parse(har()).log.version, '1.2')
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

/**
 * Stands in front of a mock, as it would look from a path of its own, and answers some requests itself; `undefined`:
 * never.
 */
function proxy(
  t: Test,
  to: string,
  answer: (path: string, headers: NodeJS.Dict<string | string[]>, method: string) => object | null | undefined,
  prefix = '',
): Promise<string> {
  return serve(t, async (request, response) => {
    const path = (request.url ?? '').slice(prefix.length)
    const own = answer(path, request.headers, request.method ?? 'GET')
    if (own === undefined) return
    if (own !== null) {
      response.end(JSON.stringify(own))
      return
    }
    const { connection: _, 'content-length': __, host, ...headers } = request.headers
    const forwarded = { ...headers, 'x-forwarded-host': host } as NodeJS.Dict<string | string[]>
    const {
      status,
      headers: sent,
      body,
    } = await forward(to, request.method ?? 'GET', path, forwarded, await text(request))
    response.writeHead(status, sent).end(body)
  })
}

/** A certificate, from whoever has it. */
function pemOf(url: string): Promise<string> {
  return new Promise((resolve, reject) => {
    get(url, { rejectUnauthorized: false }, (answer) => text(answer).then(resolve, reject)).on('error', reject)
  })
}

async function forward(
  to: string,
  method: string,
  path: string,
  headers: NodeJS.Dict<string | string[]>,
  body: string,
) {
  const answer = await fetch(to + path, {
    method,
    // to a text fetch would add a content type
    ...(body !== '' && { body: Buffer.from(body) }),
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
