import fc from 'fast-check'
import t from 'tap'
import { keepBody, MAX_BODY, sizeOf } from '../../src/journal/entry.ts'
import { Journal } from '../../src/journal/journal.ts'
import { holds } from '../properties.ts'
import { exchangeWith } from './exchange.ts'

const text = fc.integer({ min: 0, max: 200_000 }).map((length) => 'x'.repeat(length))

const exchange = fc
  .record({
    target: text,
    headers: fc.array(text, { maxLength: 4 }),
    body: fc.oneof(text, text.map(Buffer.from)).map(keepBody),
    answerBody: text.map(keepBody),
    refusal: fc.option(text),
    decisions: fc.array(
      text.map((refused) => ({ guard: 'Basic', refused, isKnown: false })),
      { maxLength: 3 },
    ),
  })
  .map((changes) => ({ ...changes, answerHeaders: changes.headers }))

const step = fc.oneof({ weight: 20, arbitrary: exchange }, { weight: 1, arbitrary: fc.constant('clear' as const) })

t.test(
  'a journal can not be made to hold more than it may',
  holds(
    fc.property(fc.integer({ min: 0, max: 50 }), fc.array(step, { maxLength: 60 }), (length, steps) => {
      const journal = new Journal(length)
      for (const one of steps) {
        if (one === 'clear') journal.clear()
        else journal.record(exchangeWith(one))
        const held = [...journal.oldestFirst()]
        const size = held.reduce((sum, { exchange }) => sum + sizeOf(exchange), 0)
        const isOrdered = held.every(({ n }, i) => n === journal.last - held.length + 1 + i)
        if (held.length > length || size > 4_096_000 || size !== journal.bytes || !isOrdered) return false
      }
      return true
    }),
    200,
  ),
)

t.test(
  'no more of a body is kept than may be, and nothing of the rest is held on to',
  holds(
    fc.property(fc.oneof(text, text.map(Buffer.from), fc.string({ unit: 'grapheme' })), (body) => {
      const { content, size } = keepBody(body)
      if (size === undefined) return content === body && body.length <= MAX_BODY
      const bytes = Buffer.from(body as string)
      const isBeginning = Buffer.isBuffer(content) && content.equals(bytes.subarray(0, MAX_BODY))
      return isBeginning && size === bytes.length && content.buffer !== bytes.buffer
    }),
  ),
)
