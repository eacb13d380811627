import { existsSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { defaultFixture } from '../../../src/start.ts'
import { testPortal } from '../../helper.ts'
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
