import t from 'tap'
import type { FaultDefinition } from '../../../src/control/faults/definition.ts'
import { Faults } from '../../../src/control/faults/faults.ts'
import type { Call } from '../../../src/control/faults/matcher.ts'
import { EmployeeType } from '../../../src/domain/employee-type.ts'
import { people } from '../../helper.ts'

const owner = { id: people.owner, type: EmployeeType.DocSpaceAdmin, isOwner: true }
const admin = { id: people.admin, type: EmployeeType.DocSpaceAdmin, isOwner: false }
const guest = { id: people.guest, type: EmployeeType.Guest, isOwner: false }

const call = (given: Partial<Call> = {}): Call => ({
  operation: 'getPortalUsersCount',
  method: 'GET',
  path: '/api/2.0/portal/userscount',
  caller: null,
  email: () => undefined,
  ...given,
})

/** Faults whose seeds are 1, 2, 3 … */
function seeded(...definitions: FaultDefinition[]): Faults {
  let seed = 0
  const faults = new Faults(() => Buffer.of(0, 0, 0, ++seed))
  faults.addAll(definitions)
  return faults
}

const effect = { delay: 0 }
const names = (faults: Faults, count: number, given?: Partial<Call>) =>
  Array.from({ length: count }, () => faults.hit(call(given))?.name ?? null)

const matches: [match: NonNullable<FaultDefinition['match']>, yes: Partial<Call>, no: Partial<Call>][] = [
  [{ operation: 'getSelf' }, { operation: 'getSelf' }, { operation: undefined }],
  [{ method: 'post' }, { method: 'POST' }, { method: 'GET' }],
  [{ path: '/api/**' }, {}, { path: '/s/x' }],
  [{ user: 'anonymous' }, {}, { caller: guest }],
  [{ user: 'Owner' }, { caller: owner }, { caller: admin }],
  [{ user: 'docspaceadmin' }, { caller: admin }, { caller: owner }],
  [{ user: 'Guest' }, { caller: guest }, {}],
  [{ user: people.guest.toUpperCase() }, { caller: guest }, { caller: owner }],
  [{ user: 'Guest@example.com' }, { caller: guest, email: () => 'guest@Example.com' }, { caller: guest }],
  [{ method: 'POST', user: 'guest' }, { method: 'POST', caller: guest }, { method: 'POST' }],
]
for (const [match, yes, no] of matches) {
  t.test(`a fault that means ${JSON.stringify(match)} means no others`, async (t) => {
    const faults = seeded({ name: 'x', match, effect })
    t.same(names(faults, 1, no), [null])
    t.same(names(faults, 1, yes), ['x'])
    t.equal(faults.list()[0]?.calls, 1, 'others are not counted')
  })
}

t.test('calls are counted by those that are meant', async (t) => {
  const faults = seeded({ name: 'x', match: { method: 'GET', calls: [2, 4] }, effect })
  t.same(names(faults, 1), [null])
  t.same(names(faults, 3, { method: 'POST' }), [null, null, null])
  t.same(names(faults, 4), ['x', null, 'x', null])
})

t.test('a fault happens so many times', async (t) => {
  const faults = seeded({ name: 'x', times: 2, effect })
  t.equal(faults.list()[0]?.remaining, 2)
  t.same(names(faults, 4), ['x', 'x', null, null])
  const [fault] = faults.list()
  t.same([fault?.calls, fault?.hits, fault?.remaining], [4, 2, 0])
})

t.test('of two whose turn it is the older happens, and the other isn’t used up', async (t) => {
  const faults = seeded({ name: 'first', match: { calls: [1, 2] }, effect }, { name: 'second', times: 1, effect })
  t.same(names(faults, 4), ['first', 'first', 'second', null])
})

t.test('a red run can be played again exactly', async (t) => {
  const unseeded: FaultDefinition = { name: 'x', match: { probability: 0.3 }, effect }
  const faults = seeded(unseeded)
  const sequence = names(faults, 200)
  const [{ seed = 0 } = {}] = faults.list()
  t.same(names(seeded({ ...unseeded, seed }), 200), sequence)
  t.notSame(names(seeded({ ...unseeded, seed: seed + 1 }), 200), sequence)
  t.test('and requests that are not meant don’t disturb it', async (t) => {
    const other = seeded({ ...unseeded, match: { probability: 0.3, method: 'GET' }, seed })
    t.same(
      sequence.map(() => {
        other.hit(call({ method: 'POST' }))
        return other.hit(call())?.name ?? null
      }),
      sequence,
    )
  })
})

t.test('chance is what it is said to be', async (t) => {
  for (const probability of [0, 0.01, 0.1, 0.5, 0.99, 1]) {
    const faults = seeded({ match: { probability }, effect })
    const hits = names(faults, 20_000).filter((name) => name !== null).length
    const deviation = Math.sqrt(20_000 * probability * (1 - probability))
    t.ok(Math.abs(hits - 20_000 * probability) <= 5 * deviation, `${hits} of 20000 at ${probability}`)
  }
})

t.test('the faults of a plan have a chance each, whatever the seed', async (t) => {
  const faults = seeded()
  faults.define('two', {
    faults: [
      { name: 'half', match: { probability: 0.5 }, effect },
      { name: 'quarter', match: { probability: 0.25 }, effect },
    ],
  })
  faults.apply('two', 2 ** 32 - 1)
  t.same(
    faults.list().map(({ seed }) => seed),
    [2 ** 32 - 1, 0],
  )
  const drawn = names(faults, 20_000)
  const share = (name: string | null) => drawn.filter((other) => other === name).length / 20_000
  t.ok(Math.abs(share('half') - 0.5) < 0.02)
  t.ok(Math.abs(share('quarter') - 0.125) < 0.02, 'one whose turn the same seed would never give')
  t.ok(Math.abs(share(null) - 0.375) < 0.02)
})

t.test('a plan names its faults', async (t) => {
  const faults = seeded()
  faults.define('own', { faults: [{ effect }, { name: 'mine', effect, seed: 9 }] })
  faults.apply('own')
  faults.apply('bad-gateway')
  t.same(
    faults.list().map(({ id, name, seed }) => [id, name, seed]),
    [
      ['fault-1', 'own-1', 1],
      ['fault-2', 'mine', 9],
      ['fault-3', 'bad-gateway', 2],
    ],
  )
})

t.test('there are bounds, and what goes beyond changes nothing', async (t) => {
  const faults = seeded(...Array.from({ length: 99 }, () => ({ effect })))
  t.throws(() => faults.apply('lossy-network'), { status: 409, message: /at most 100 faults/ })
  t.equal(faults.list().length, 99, 'not one of them was made')
  faults.add({ effect })
  t.throws(() => faults.add({ effect }), { status: 409, message: /at most 100/ })
  faults.remove('fault-1')
  t.equal(faults.add({ effect }).id, 'fault-101')

  for (let i = 0; i < 20; i++) t.equal(faults.define(`plan-${i}`, { faults: [{ effect }] }), true)
  t.throws(() => faults.define('one-more', { faults: [{ effect }] }), { status: 409, message: /at most 20 plans/ })
  t.equal(faults.define('plan-0', { faults: [{ effect }] }), false, 'another in its place has room')
  faults.forget('plan-0')
  t.equal(faults.define('one-more', { faults: [{ effect }] }), true)
})

t.test('plans that there always are stay as they are', async (t) => {
  const faults = seeded()
  t.throws(() => faults.define('bad-gateway', { faults: [{ effect }] }), { status: 409, message: /there always are/ })
  t.throws(() => faults.forget('bad-gateway'), { status: 409, message: /there always are/ })
  t.throws(() => faults.forget('nothing'), { status: 404, message: /no plan nothing/ })
  t.throws(() => faults.apply('bad-gatway'), { status: 404, message: /did you mean bad-gateway\?/ })
})

t.test('a reset makes all as it was at the start', async (t) => {
  const faults = seeded({ effect })
  faults.beginWith('flaky-10-percent')
  const sequence = names(faults, 100)
  faults.define('own', { faults: [{ effect }] })
  faults.add({ effect })
  faults.reset()
  t.same(
    faults.list().map(({ id, name, calls, hits }) => [id, name, calls, hits]),
    [['fault-1', 'flaky-10-percent', 0, 0]],
  )
  t.notOk(faults.plans.has('own'))
  t.same(names(faults, 100), sequence, 'and the same happens again')
  faults.clear()
  t.ok(faults.isEmpty, 'while removing all removes these too')
})
