import { X509Certificate } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import type { IncomingMessage } from 'node:http'
import { type RequestOptions, request } from 'node:https'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import t, { type Test } from 'tap'
import { type StartOptions, start } from '../src/start.ts'
import { CertificateError, makeCertificate, readCertificate } from '../src/tls.ts'
import { runCommand, startCommand } from './command.ts'
import { apiKey, people } from './helper.ts'

// each start of a process takes a while
t.setTimeout(180_000)

const authorization = `Bearer ${apiKey('1')}`

async function started(t: Test, options: StartOptions) {
  const server = await start({ port: 0, ...options })
  t.teardown(() => server.close())
  return server
}

/** Asks over TLS, and believes only the certificate that is given. */
async function ask(url: string, options: RequestOptions, body?: string) {
  const message = await new Promise<IncomingMessage>((resolve, reject) => {
    request(url, { agent: false, ...options }, resolve)
      .on('error', reject)
      .end(body)
  })
  return { status: message.statusCode, headers: message.headers, raw: message.rawHeaders, body: await text(message) }
}

t.test('a server that speaks TLS: its certificate can be had and trusted', async (t) => {
  const { url } = await started(t, { tls: true })
  t.match(url, /^https:\/\/localhost:\d+$/)
  const { body: ca } = await ask(`${url}/__mock/certificate.pem`, { rejectUnauthorized: false })
  const count = await ask(`${url}/api/2.0/portal/userscount`, { ca, headers: { authorization } })
  t.equal(count.status, 200)
  t.match(JSON.parse(count.body), { response: 6, links: [{ href: `${url}/api/2.0/portal/userscount` }] })
  t.ok(count.raw.includes('Server-Timing'), 'headers are spelled as ever')
  const invited = await ask(`${url}/api/2.0/portal/users/invite/4`, { ca, headers: { authorization } })
  t.match(JSON.parse(invited.body).response, new RegExp(`^${url}/s/`), 'links are its own')
  await t.rejects(ask(url, {}), { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' }, 'who does not trust it is told')
})

t.test('the names and addresses that a made certificate is for', async (t) => {
  for (const [hosts, names, addresses] of [
    [['localhost'], ['localhost'], ['127.0.0.1', '::1']],
    [
      ['docspace', 'acme.localhost'],
      ['localhost', 'docspace', 'acme.localhost'],
      ['127.0.0.1', '::1'],
    ],
    [['192.0.2.7', '::1'], ['localhost'], ['127.0.0.1', '::1', '192.0.2.7']],
  ] as const) {
    const { cert, key } = await makeCertificate(hosts)
    const x509 = new X509Certificate(cert)
    for (const name of names) t.ok(x509.checkHost(name), `${hosts}: ${name}`)
    for (const address of addresses) t.ok(x509.checkIP(address), `${hosts}: ${address}`)
    t.notOk(x509.checkHost('example.com'))
    t.match(key, /PRIVATE KEY/)
    const days = (Date.parse(x509.validTo) - Date.now()) / 86_400_000
    t.ok(days > 300 && days <= 398, 'no longer than browsers take one for')
  }
})

t.test('no certificate where there is no TLS', async (t) => {
  const { url } = await started(t, {})
  t.equal((await fetch(`${url}/__mock/certificate.pem`)).status, 404)
})

t.test('a given certificate, from the command line', async (t) => {
  const made = await makeCertificate([])
  const directory = t.testdir({ 'cert.pem': made.cert, 'key.pem': made.key })
  const flags = ['--tls-cert', join(directory, 'cert.pem'), '--tls-key', join(directory, 'key.pem')]
  const { url, printed } = await startCommand(t, flags)
  const health = await ask(`${url}/health`, { ca: made.cert })
  t.equal(health.status, 200)
  t.match(printed.stdout, `Trust ${url}/__mock/certificate.pem`)
})

t.test('what a sign-in over TLS gives is a secure cookie', async (t) => {
  const { url } = await started(t, { tls: true })
  const answer = await ask(
    `${url}/api/2.0/authentication`,
    { method: 'POST', rejectUnauthorized: false, headers: { 'content-type': 'application/json' } },
    JSON.stringify({ userName: 'owner@example.com', password: 'owner-password' }),
  )
  t.match(answer.headers['set-cookie'], [/; secure; /])
})

t.test('each portal has a name in the certificate', async (t) => {
  const users = [{ id: people.owner, email: 'owner@example.com', type: 'DocSpaceAdmin' as const }]
  const { url } = await started(t, { tls: true, fixtures: [{ alias: 'acme', owner: people.owner, users }] })
  const { body } = await ask(`${url}/__mock/certificate.pem`, { rejectUnauthorized: false })
  t.ok(new X509Certificate(body).checkHost('acme.localhost'))
})

t.test('files that are no good', async (t) => {
  const [one, other] = await Promise.all([makeCertificate([]), makeCertificate([])])
  const directory = t.testdir({ 'cert.pem': one.cert, 'key.pem': one.key, 'other.pem': other.key, 'text.pem': 'text' })
  const file = (name: string) => join(directory, name)
  writeFileSync(file('broken.pem'), one.cert.replace(/[A-Z]{4}/g, '!!!!'))
  const bad: [cert: string, key: string, message: RegExp][] = [
    ['none.pem', 'key.pem', /none\.pem: can't be read \(ENOENT\)\. Check --tls-cert\.$/],
    ['cert.pem', 'none.pem', /none\.pem: can't be read \(ENOENT\)\. Check --tls-key\.$/],
    ['text.pem', 'key.pem', /text\.pem: has no CERTIFICATE in PEM\. Check --tls-cert\.$/],
    ['cert.pem', 'cert.pem', /cert\.pem: has no PRIVATE KEY in PEM\. Check --tls-key\.$/],
    ['cert.pem', 'other.pem', /cert\.pem \(--tls-cert\) and \S+other\.pem \(--tls-key\) can't be used together: /],
  ]
  for (const [cert, key, message] of bad) {
    t.throws(() => readCertificate(file(cert), file(key)), { name: 'CertificateError', message }, `${cert}, ${key}`)
  }
  t.throws(() => readCertificate(file('broken.pem'), file('key.pem')), CertificateError)

  const { code, stderr } = await runCommand(['--tls-cert', file('none.pem'), '--tls-key', file('key.pem')])
  t.equal(code, 1)
  t.match(stderr, /^docspace-mock: \S+none\.pem: can't be read \(ENOENT\)\. Check --tls-cert\.\n$/)
  const alone = await runCommand(['--tls-key', file('key.pem')])
  t.equal(alone.code, 2)
  t.match(alone.stderr, '--tls-cert and --tls-key go together')
})
