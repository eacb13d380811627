import t from 'tap'
import { startCommand } from '../command.ts'
import { apiKey } from '../helper.ts'

// each start of a process takes a while
t.setTimeout(180_000)

const OWNER = { userName: 'owner@example.com', password: 'owner-password' }

t.test('no password, token, key or code reaches the log or the journal, whatever is logged', async (t) => {
  for (const format of ['json', 'pretty']) {
    const secrets = new Set<string>([OWNER.password, 'wrong-password', apiKey('1'), 'mike-password', '424242'])
    const flags = ['--no-banner', '--log-requests', '--log-level', 'debug', '--log-format', format]
    const ready = ['stdout', /^Listening on (\S+)$/m] as const
    const { url, stop } = await startCommand(t, flags, { ready })
    const api = `${url}/api/2.0`
    const send = async (method: string, path: string, body?: object, headers: Record<string, string> = {}) => {
      const type = { 'content-type': 'application/json' }
      const init = { method, headers: { ...type, ...headers }, redirect: 'manual' as const }
      return fetch(path.startsWith('http') ? path : api + path, body ? { ...init, body: JSON.stringify(body) } : init)
    }

    const signedIn = await send('POST', '/authentication', OWNER)
    const { token } = await responseOf<{ token: string }>(signedIn)
    secrets.add(token).add(encodeURIComponent(token))
    const cookie = `asc_auth_key=${encodeURIComponent(token)}`
    await send('POST', '/authentication', { ...OWNER, password: 'wrong-password' })
    await send('POST', '/authentication/second-step', { ...OWNER, code: '424242' })
    await fetch(`${api}/authentication`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: `{"password":"${OWNER.password}"`,
    })
    await fetch(`${api}/portal/nope?asc_auth_key=${encodeURIComponent(token)}`, { headers: { cookie } })
    const basic = btoa(`${OWNER.userName}:${OWNER.password}`)
    secrets.add(basic)
    await send('GET', '/portal/userscount', undefined, { authorization: `Basic ${basic}` })

    const owner = { authorization: `Bearer ${apiKey('1')}` }
    const { key } = await responseOf<{ key: string }>(await send('POST', '/keys', { name: 'a key' }, owner))
    secrets.add(key)
    await send('GET', '/keys/@self', undefined, { authorization: `Bearer ${key}` })

    const link = await responseOf<string>(await send('GET', '/portal/users/invite/4', undefined, owner))
    const short = await send('GET', link)
    const query = new URL(short.headers.get('location') ?? '').searchParams
    secrets.add(query.get('key') ?? '')
    const joined = { email: 'mike@x.com', firstName: 'Mike', type: 4, password: 'mike-password' }
    const answer = await send(
      'POST',
      '/people',
      { ...joined, fromInviteLink: true, key: query.get('key') },
      { confirm: String(query) },
    )
    t.equal(answer.status, 200)
    await send('POST', '/authentication/logout', undefined, { cookie })

    const journal = await (await fetch(`${url}/__mock/journal?limit=1000`)).text()
    const archive = await (await fetch(`${url}/__mock/journal.har`)).text()
    const findings = await (await fetch(`${url}/__mock/findings`)).text()
    t.ok(journal.includes('/api/2.0/authentication') && journal.includes('mike@x.com'), 'requests were written down')
    t.ok(archive.includes('/api/2.0/authentication') && findings.includes('token-in-url'))

    const { stdout, stderr } = await stop()
    t.ok(stderr.includes('/api/2.0/authentication'), 'requests were logged')
    t.ok(stderr.includes('/api/2.0/keys'))
    for (const secret of secrets) {
      t.notOk((stdout + stderr).includes(secret), `${format}: ${secret.slice(0, 4)}…`)
      t.notOk((journal + archive + findings).includes(secret), `journal: ${secret.slice(0, 4)}…`)
    }
  }
})

async function responseOf<Result>(answer: Response): Promise<Result> {
  const { response } = (await answer.json()) as { response: Result }
  return response
}
