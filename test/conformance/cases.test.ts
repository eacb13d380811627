import { readdirSync, readFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import t from 'tap'
import { operations } from '../../src/conformance/case.ts'
import type { Send } from '../../src/conformance/http.ts'
import { spelled } from '../../src/conformance/template.ts'
import { verify } from '../../src/conformance/verify.ts'
import { NOW, testServer } from '../helper.ts'
import { sendRaw, writeRequest } from '../raw-request.ts'

for (const profile of ['documented', 'server'] as const) {
  t.test(`every case of the ${profile} profile, over a raw socket`, async (t) => {
    // the cases come under a name that could be a web site's
    const { app } = await testServer(t, { profile, control: { token: null, remote: true } })
    await app.listen({ port: 0, host: '127.0.0.1' })
    const send = rawSender((app.server.address() as AddressInfo).port)
    const { report } = await verify({ url: 'http://docs.example.com', profile, allowWrites: true, now: NOW, send })
    t.ok(report.passed > 350)
    for (const { name, outcomes } of report.operations) {
      t.test(name, async (t) => {
        for (const { id, what, status, reason } of outcomes) t.equal(reason ?? status, 'passed', `${id}: ${what}`)
      })
    }
  })
}

t.test('each id belongs to one case', async (t) => {
  const ids = operations.flatMap(({ cases }) => cases.map(({ id }) => id))
  t.same(
    ids.filter((id, i) => ids.indexOf(id) !== i),
    [],
  )
})

t.test('no case has a member that means nothing', async (t) => {
  const members =
    'id what request as headers headerLines content json settings writes vacant keeps removes shipped'.split(' ')
  const expectation = ['status', 'body', 'has', 'absent']
  for (const row of operations.flatMap(({ cases }) => cases)) {
    const { documented, server, ...rest } = row
    const known = documented || server ? members : [...members, ...expectation]
    t.same(unknown(rest, known), [], row.id)
    for (const part of [documented, server]) if (part) t.same(unknown(part, expectation), [], row.id)
  }
})

t.test('whatever stands in angle brackets is known', async (t) => {
  for (const row of operations.flatMap(({ cases }) => cases)) {
    const { documented, server, ...rest } = row
    for (const [placeholder] of JSON.stringify([rest.body, rest.has, documented, server]).matchAll(/<[^>]+>/g)) {
      t.not(typeof spelled(placeholder, undefined), 'string', `${row.id}: ${placeholder}`)
    }
  }
})

t.test('what a case wants of another is made by one before it', async (t) => {
  const rows = operations.flatMap(({ cases }) => cases)
  const all = new Set(rows.flatMap(({ keeps = {} }) => Object.keys(keeps)))
  const made = new Set<string>()
  for (const row of rows) {
    for (const [, name = ''] of JSON.stringify(row).matchAll(/{{([^}]+)}}/g)) {
      if (all.has(name) || name.startsWith('made.')) t.ok(made.has(name), `${row.id}: ${name}`)
    }
    for (const name of Object.keys(row.keeps ?? {})) made.add(name)
  }
  t.ok(made.size > 5)
})

t.test('what a case makes under a name of its own, another removes', async (t) => {
  const rows = operations.flatMap(({ cases }) => cases)
  const removed = rows.flatMap(({ removes = [] }) => removes)
  const makers = rows.filter(({ writes, keeps, request }) => writes && keeps && request.startsWith('POST'))
  t.ok(makers.length >= 5)
  for (const { id, keeps = {} } of makers) {
    t.equal(Object.keys(keeps).filter((name) => removed.includes(name)).length, 1, id)
  }
})

t.test('every operation of the document has cases', async (t) => {
  const { paths } = JSON.parse(readFileSync(new URL('../../openapi/openapi.json', import.meta.url), 'utf8'))
  const documented = Object.entries<object>(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path.replace(/^\/api\/2\.0\/(portal\/)?/, '')}`),
  )
  const names = operations.map(({ name }) => name)
  t.ok(documented.length > 20)
  t.same(
    documented.filter((name) => !names.includes(name)),
    [],
  )
})

t.test('no file of cases is forgotten', async (t) => {
  const directory = new URL('../../src/conformance/cases/', import.meta.url)
  const files = readdirSync(directory).map((file) => JSON.parse(readFileSync(new URL(file, directory), 'utf8')))
  t.equal(
    operations.reduce((sum, { cases }) => sum + cases.length, 0),
    files.flat().length,
  )
})

/** Requests as they would be typed into a socket: no client library adds or mends anything. */
function rawSender(port: number): Send {
  return async ({ method, target, headers, body }) => {
    const answer = await sendRaw(port, writeRequest({ method, path: target, headers, body }))
    return { ...answer, statusText: '' }
  }
}

function unknown(object: object, known: string[]): string[] {
  return Object.keys(object).filter((member) => !known.includes(member))
}
