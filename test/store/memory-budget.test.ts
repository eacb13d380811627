import t from 'tap'
import { oncePerBurst } from '../../src/domain/once-per-burst.ts'
import { MEMORY_KINDS, MemoryBudget, type MemoryKind, PortalMemory } from '../../src/store/memory-budget.ts'

/** Items of 10 bytes each, of which the first is freed first. */
function things(memory: PortalMemory, kind: MemoryKind, gone: string[], names: string[]) {
  const use = memory.add(kind, (excess) => {
    for (let freed = 0; freed < excess && names.length > 0; freed += 10) gone.push(names.shift() ?? '')
    use.note(names.length * 10)
  })
  return use
}

function portalsOf(budget: MemoryBudget, count: number): PortalMemory[] {
  return Array.from({ length: count }, () => {
    const memory = new PortalMemory()
    memory.join(budget)
    return memory
  })
}

t.test('the least recently used is freed first, and no more than necessary', async (t) => {
  const told: string[] = []
  const budget = new MemoryBudget(100, (event) => told.push(event))
  const [first, second] = portalsOf(budget, 2) as [PortalMemory, PortalMemory]
  const gone: string[] = []
  things(first, 'snapshots', gone, ['a1', 'a2', 'a3', 'a4']).note(40)
  const b = things(second, 'snapshots', gone, ['b1', 'b2', 'b3', 'b4'])
  b.note(40)
  t.strictSame([gone, budget.used, told], [[], 80, []])
  const c = second.add('marks', null)
  c.note(35)
  t.strictSame([gone, budget.used, told], [['a1', 'a2'], 95, ['snapshots']])
  c.note(80)
  t.strictSame(gone, ['a1', 'a2', 'a3', 'a4', 'b1', 'b2'])
  t.equal(budget.used, 100)
  t.equal(second.bytes, 100)
  t.strictSame(told, ['snapshots'], 'once')
  c.note(150)
  t.strictSame(told, ['snapshots', 'exceeded'], 'nothing is left to free')
  second.leave()
  t.equal(budget.used, 0)
})

t.test('kinds are freed in their order, but journals beyond their share first', async (t) => {
  const order: string[] = []
  const budget = new MemoryBudget(1000)
  const [memory] = portalsOf(budget, 1) as [PortalMemory]
  for (const kind of MEMORY_KINDS) {
    const use = memory.add(kind, (excess) => {
      order.push(`${kind} ${excess}`)
      use.note(Math.max(0, use.bytes - excess))
    })
    use.note(kind === 'journals' ? 300 : 100)
  }
  const rest = memory.add('portals', null)
  rest.note(320)
  t.strictSame(order, ['journals 20'])
  order.length = 0
  rest.note(1000)
  t.strictSame(order, ['journals 30', 'awake 100', 'journals 250', 'snapshots 100', 'marks 100', 'portals 100'])
})

t.test('a portal that joins later counts with its present size', async (t) => {
  const memory = new PortalMemory()
  const gone: string[] = []
  things(memory, 'journals', gone, ['a', 'b', 'c']).note(30)
  t.equal(memory.limit, Number.POSITIVE_INFINITY)
  const budget = new MemoryBudget(20)
  memory.join(budget)
  t.strictSame([gone, budget.used, memory.limit], [['a'], 20, 20])
  memory.leave()
  t.strictSame([budget.used, memory.bytes], [0, 20])
})

t.test('events are reported once per burst', async (t) => {
  let now = 0
  const told: string[] = []
  const tell = oncePerBurst(
    (text: string) => told.push(text),
    () => now,
  )
  for (const [at, text] of [
    [0, 'a'],
    [59_000, 'b'],
    [118_000, 'c'],
    [178_000, 'd'],
  ] as const) {
    now = at
    tell(text)
  }
  t.strictSame(told, ['a', 'd'])
})
