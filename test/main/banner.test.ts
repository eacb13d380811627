import t from 'tap'
import packageJson from '../../package.json' with { type: 'json' }
import { defaultFixture } from '../../src/start.ts'
import { run, startCommand } from '../command.ts'

// each start of a process takes a while
t.setTimeout(180_000)

t.test('the banner: what is printed can be pasted', async (t) => {
  for (const profile of ['documented', 'server']) {
    const { printed, url } = await startCommand(t, ['--profile', profile])
    const { stdout, stderr } = printed
    t.equal(stderr, '')
    t.match(stdout, `docspace-mock ${packageJson.version}, profile ${profile}, in memory\nListening on ${url}\n`)
    t.match(stdout, 'Portal localhost, tenant 1, 6 active users')
    const [, line = ''] = /^Try {3}(curl .*)$/m.exec(stdout) ?? []
    t.match((await run('sh', ['-c', `${line} --silent`])).stdout, '{"response":6,')

    const rows = [...stdout.matchAll(/^ {2}(.+?) {2,}(\S+@\S+) +(.*)$/gm)].map(([, , email, rest = '']) => ({
      email,
      rest,
    }))
    t.same(
      rows.map(({ email }) => email),
      defaultFixture.users.map(({ email }) => email),
    )
    for (const { email, rest } of rows) {
      const person = defaultFixture.users.find((user) => user.email === email)
      if (['pending', 'terminated'].includes(person?.status ?? 'active')) {
        t.equal(rest, 'cannot sign in')
        continue
      }
      const command = `curl --silent ${url}/api/2.0/portal/users/${person?.id} ${rest}`
      t.match((await run('sh', ['-c', command])).stdout, `{"response":{"id":"${person?.id}"`, `${email}`)
    }
  }
})

t.test('--no-banner prints only where it listens', async (t) => {
  const args = ['--no-banner', '--log-level', 'info', '--log-format', 'json']
  const { url, stop } = await startCommand(t, args, { ready: ['stdout', /^Listening on (\S+)\n/] })
  t.equal((await fetch(`${url}/health`)).status, 200)
  const { code, stdout } = await stop()
  t.equal(code, 0)
  t.equal(stdout, `Listening on ${url}\n`)
})

t.test('people are made up without a progress bar where there is no terminal', async (t) => {
  const { printed } = await startCommand(t, ['--users', '20000'])
  t.equal(printed.stderr, '')
  t.match(printed.stdout, '20006 active users')
})
