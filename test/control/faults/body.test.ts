import t from 'tap'
import { alterBody } from '../../../src/control/faults/body.ts'
import type { Effect } from '../../../src/control/faults/definition.ts'
import { drawOf } from '../../../src/domain/draw.ts'

const user = { id: 'x', status: 1, activationStatus: 0, email: 'é@example.com' }
const envelope = (response: unknown) => ({ response, count: 1, links: [], status: 0, statusCode: 200 })

function alter(body: unknown, effect: Effect, { isJson = true, isSuccess = true } = {}) {
  const content = typeof body === 'string' ? body : JSON.stringify(body)
  return alterBody({ content, isJson, isSuccess }, effect, drawOf(1, 1))
}

const probes: [effect: Effect, response: unknown, becomes: unknown, changes: string[]][] = [
  [{ unknownMember: 'total' }, { id: 1 }, { id: 1, total: 'unknown' }, ['total added']],
  [{ unknownMember: 'id' }, { id: 1 }, { id: 1 }, ['id added']],
  [
    { unknownEnumValue: true },
    user,
    { ...user, status: 99, activationStatus: 99 },
    ['status unknown', 'activationStatus unknown'],
  ],
  [{ unknownEnumValue: 'status' }, [user, { id: 2 }], [{ ...user, status: 99 }, { id: 2 }], ['status unknown']],
  [{ unknownEnumValue: 'theme' }, { theme: 'Dark' }, { theme: 'Unknown' }, ['theme unknown']],
  [{ unknownEnumValue: true }, 6, 6, []],
  [{ missingMember: 'email' }, { id: 1, email: 'a' }, { id: 1 }, ['email missing']],
  [{ missingMember: 'email' }, [{ email: 'a' }, {}], [{}, {}], ['email missing']],
  [{ missingMember: 'nothing' }, { id: 1 }, { id: 1 }, []],
  [{ missingMember: true }, { id: 1, email: 'a' }, { id: 1 }, ['email missing']],
  [{ nullMember: 'id' }, { id: 1 }, { id: null }, ['id null']],
  [{ nullMember: true }, { id: 1, email: 'a' }, { id: 1, email: null }, ['email null']],
  [{ missingMember: 'a', nullMember: 'b' }, { a: 1, b: 2 }, { b: null }, ['a missing', 'b null']],
  [{ nullMember: 'response' }, 6, null, ['response null']],
]
for (const [effect, response, becomes, changes] of probes) {
  t.test(`${JSON.stringify(effect)} of ${JSON.stringify(response)}`, async (t) => {
    const altered = alter(envelope(response), effect)
    t.same(JSON.parse(String(altered.content)).response, becomes)
    t.same(altered.changes, changes)
  })
}

t.test('an unknown member is in the envelope too, and nowhere twice', async (t) => {
  t.equal(JSON.parse(String(alter(envelope(6), { unknownMember: true }).content)).unknownMember, 'unknown')
  t.same(JSON.parse(String(alter(envelope(6), { unknownMember: 'count' }).content)), envelope(6))
})

t.test('where the result has no members, those of the envelope are meant', async (t) => {
  const { content, changes } = alter(envelope(6), { missingMember: true })
  const [change = ''] = changes
  t.notOk(change.split(' ')[0] === 'response')
  t.equal(Object.keys(JSON.parse(String(content))).length, 4)
  t.notOk('links' in JSON.parse(String(alter(envelope(user), { missingMember: 'links' }).content)))
})

t.test('which member it is follows from the draw, and all have their turn', async (t) => {
  const members = Object.fromEntries(Array.from({ length: 5 }, (_, i) => [`m${i}`, i]))
  const change = (event: number) => {
    const body = { content: JSON.stringify(envelope(members)), isJson: true, isSuccess: true }
    return alterBody(body, { missingMember: true }, drawOf(3, event)).changes[0]
  }
  const changes = Array.from({ length: 100 }, (_, i) => change(i))
  t.same(new Set(changes), new Set(Object.keys(members).map((name) => `${name} missing`)))
  t.equal(change(17), changes[17])
})

t.test('only successes in JSON are probed', async (t) => {
  const effect: Effect = { unknownMember: true, unknownEnumValue: true, missingMember: true, nullMember: true }
  const untouched = (body: unknown, how = {}) => {
    const { content, changes } = alter(body, effect, how)
    t.same(changes, [])
    t.equal(content, typeof body === 'string' ? body : JSON.stringify(body))
  }
  untouched(envelope(user), { isSuccess: false })
  untouched(envelope(user), { isJson: false })
  for (const text of ['', '6', 'null', '[]', '"x"', '{']) untouched(text)
})

t.test('a truncated body is half of it, and no JSON', async (t) => {
  const { content, changes } = alter(envelope(user), { truncate: true })
  const whole = Buffer.from(JSON.stringify(envelope(user)))
  t.same(content, whole.subarray(0, whole.length / 2))
  t.throws(() => JSON.parse(String(content)), SyntaxError)
  t.same(changes, ['truncated'])
  t.same(alter('', { truncate: true }), { content: '', changes: [] })
})

t.test('an invalid body is whole, and no JSON', async (t) => {
  const { content, changes } = alter(envelope(user), { invalidJson: true })
  t.throws(() => JSON.parse(String(content)), SyntaxError)
  t.equal(String(content).replace(/,}$/, '}'), JSON.stringify(envelope(user)))
  t.same(changes, ['invalid JSON'])
  t.same(alter('<p>', { invalidJson: true }, { isJson: false }).changes, [])
  t.same(alter('6', { invalidJson: true }).changes, [], 'which a bare number has no place for')
})
