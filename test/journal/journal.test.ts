import t from 'tap'
import { archiveEntries } from '../../src/journal/archive.ts'
import { describeEntry } from '../../src/journal/description.ts'
import { keepBody } from '../../src/journal/entry.ts'
import { Journal } from '../../src/journal/journal.ts'
import { inTurns } from '../../src/util/turns.ts'
import { exchangeWith } from './exchange.ts'

const numbers = (journal: Journal, after?: number) => [...journal.oldestFirst(after)].map(({ n }) => n)

t.test('entries are numbered from 1, and given in either order', async (t) => {
  const journal = new Journal()
  t.equal(journal.last, 0)
  for (const target of ['/a', '/b', '/c']) journal.record(exchangeWith({ target }))
  t.same(numbers(journal), [1, 2, 3])
  t.same(numbers(journal, 1), [2, 3])
  t.same(
    [...journal.newestFirst()].map(({ n }) => n),
    [3, 2, 1],
  )
  t.same(
    [...journal.newestFirst(2)].map(({ n }) => n),
    [3],
  )
  t.equal(journal.find(2)?.exchange.target, '/b')
  for (const n of [0, 4, -1, 1.5]) t.equal(journal.find(n), undefined, String(n))
})

t.test('the oldest make room where there are too many', async (t) => {
  const journal = new Journal(3)
  for (let i = 0; i < 5; i++) journal.record(exchangeWith())
  t.same(numbers(journal), [3, 4, 5])
  t.equal(journal.find(2), undefined)
  t.equal(journal.dropped, 2)
  t.equal(journal.last, 5)
})

t.test('the oldest make room where they are too large', async (t) => {
  const journal = new Journal(1000)
  const body = { content: Buffer.alloc(60_000) }
  for (let i = 0; i < 100; i++) journal.record(exchangeWith({ body }))
  t.ok(journal.bytes <= 4_096_000 && journal.bytes > 4_000_000, String(journal.bytes))
  t.equal(journal.size + journal.dropped, 100)
  t.equal(journal.find(100)?.n, 100, 'the newest is there')
})

t.test('a journal of no length numbers requests, and keeps none', async (t) => {
  const journal = new Journal(0)
  t.equal(journal.record(exchangeWith({ findings: ['token-in-url'] })), 1)
  t.equal(journal.record(exchangeWith()), 2)
  t.same(numbers(journal), [])
  t.equal(journal.find(2), undefined)
  t.equal(journal.bytes, 0)
  t.match(journal.findings.list(), [{ code: 'token-in-url', count: 1 }])
})

t.test('what began before a clear leaves no entry behind it', async (t) => {
  const journal = new Journal()
  journal.record(exchangeWith())
  const begun = exchangeWith({ findings: ['token-in-url'] })
  journal.clear()
  t.same([journal.size, journal.bytes, journal.dropped], [0, 0, 0])
  t.equal(journal.record(begun), null)
  t.same(journal.findings.list(), [])
  t.equal(journal.record(exchangeWith()), 2, 'numbers go on')
})

t.test('findings are counted, with the first and the last, and cleared on their own', async (t) => {
  const journal = new Journal()
  const codes = ['repeated-post', 'api-key-header']
  for (const target of ['/a', '/b', '/c']) journal.record(exchangeWith({ target, findings: codes }))
  journal.record(exchangeWith({ target: '/d' }))
  t.match(journal.findings.list(), [
    { code: 'api-key-header', count: 3, first: { n: 1, exchange: { target: '/a' } }, last: { n: 3 } },
    { code: 'repeated-post', count: 3, first: { n: 1 }, last: { n: 3, exchange: { target: '/c' } } },
  ])
  const begun = exchangeWith({ findings: codes })
  journal.findings.clear()
  t.equal(journal.record(begun), 5, 'the journal was not cleared')
  t.same(journal.findings.list(), [])
})

t.test('watchers are told of what comes, until they no longer want to be', async (t) => {
  const journal = new Journal()
  let told = 0
  const unwatch = journal.watch(() => told++)
  journal.record(exchangeWith())
  t.equal(told, 1)
  unwatch()
  journal.record(exchangeWith())
  t.equal(told, 1)
})

t.test('packed entries take less memory and read the same', async (t) => {
  const journal = new Journal()
  const long = 'ä'.repeat(20_000)
  const bodies = [{ content: Buffer.from(long) }, { content: long }, { content: 'short' }, { content: null }]
  for (const body of [...bodies, keepBody('x'.repeat(100_000))]) {
    journal.record(exchangeWith({ body, answerBody: body }))
  }
  const before = [...journal.oldestFirst()].map(describeEntry)
  const archiveOf = async () => {
    let text = ''
    for await (const piece of archiveEntries(inTurns(journal.oldestFirst()), 'http', '1')) text += piece
    return text
  }
  const archive = await archiveOf()
  const { bytes } = journal
  t.equal([...journal.pack()].length, 3, 'those that are long')
  t.ok(journal.bytes < bytes / 10, `${journal.bytes} of ${bytes}`)
  t.strictSame([...journal.oldestFirst()].map(describeEntry), before)
  t.equal(await archiveOf(), archive, 'as an archive, too')
  t.equal([...journal.pack()].length, 0, 'once')
  journal.record(exchangeWith({ body: { content: long } }))
  t.equal([...journal.pack()].length, 1, 'and what has come since')
  journal.clear()
  t.equal(journal.bytes, 0)
})
