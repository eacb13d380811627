import t, { type Test } from 'tap'
import { inOneSecond, portalTime } from '../../src/identity/portal-time.ts'
import { NOW, testPortal } from '../helper.ts'

const MACHINE = Date.UTC(2030, 0, 1) / 1000
const PORTAL = NOW / 1000

/** What holds while the machine's second ends, so many seconds after a request has come. */
function lateBy(t: Test, seconds: number) {
  let machine = MACHINE
  t.intercept(Date, 'now', { value: () => machine * 1000 + 999 })
  const portal = testPortal(t, { clock: { now: () => NOW } }).state
  inOneSecond(portal, () => {
    const kept = { loginTs: PORTAL - 600, iat: PORTAL - 600, exp: PORTAL + 60, scope: 'openid' }
    const read = portalTime(portal).toMachine(kept)
    machine += seconds
    const made = { iat: machine, exp: machine + 3600, auth_time: read.loginTs }
    t.match(read, { loginTs: MACHINE - 600, iat: MACHINE - 600, exp: MACHINE + 60, scope: 'openid' })
    t.same(portalTime(portal).toPortal(read), kept, 'what is read and written again')
    t.same(portalTime(portal).toPortal(made), { iat: PORTAL, exp: PORTAL + 3600, auth_time: PORTAL - 600 })
  })
}

for (const seconds of [0, 1, 3]) {
  t.test(`a request that takes ${seconds} s is answered in the second in which it came`, async (t) =>
    lateBy(t, seconds),
  )
}

t.test('what comes from a time that the clock was set back from keeps it', async (t) => {
  const portal = testPortal(t, { clock: { now: () => NOW } }).state
  const kept = { iat: PORTAL + 7200, exp: PORTAL + 10_800 }
  inOneSecond(portal, () => t.same(portalTime(portal).toPortal(portalTime(portal).toMachine(kept)), kept))
})
