import { existsSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { defaultFixture } from '../../../src/start.ts'
import { testPortal, testServer } from '../../helper.ts'
import { controlled } from '../call.ts'

t.test('a portal that made room and has a file is not made anew, and can be dropped', async (t) => {
  const dataDirectory = join(t.testdir(), 'data')
  const { app, control } = await controlled(t, { portal: testPortal(t, { dataDirectory }), maxPortals: 1 })
  await control('DELETE', '/@w1/users/guest')
  await control('GET', '/@w2/users')
  t.equal(app.portals.find('w1'), undefined)
  for (const origin of [{}, { fixture: defaultFixture }, { from: 'w2' }]) {
    const answer = await control('POST', '/portals', { name: 'w1', ...origin })
    t.strictSame(answer, { status: 409, body: { error: 'there is a portal w1' } })
  }
  t.equal((await control('GET', '/@w1/users')).body.total, 8)
  await control('GET', '/@w2/users')
  t.equal((await control('DELETE', '/portals/w1')).status, 204)
  t.notOk(existsSync(join(dataDirectory, 'w1.sqlite')))
  t.equal((await control('DELETE', '/portals/w1')).status, 404)
  t.equal((await control('POST', '/portals', { name: 'w1', fixture: defaultFixture })).status, 201)
  t.equal((await control('GET', '/@w1/users')).body.total, 9)
})

for (const name of ['', 'W1', 'a_b', '-a', 'a-', 'x'.repeat(64)]) {
  t.test(`'${name}' is no name of a portal, and the message says in words what is`, async (t) => {
    const { app } = await testServer(t)
    const answer = await app.inject({ method: 'POST', url: '/__mock/portals', payload: { name } })
    t.equal(answer.statusCode, 400)
    t.match(
      answer.json().error,
      /^\/name takes 1 to 63 letters, digits and hyphens, no hyphen first or last, letters in/,
    )
    t.equal(app.portals.size, 1)
  })
}
