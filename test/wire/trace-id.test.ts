import t from 'tap'
import { createTraceId } from '../../src/wire/trace-id.ts'

const TRACE = '0af7651916cd43dd8448eb211c80319c'
const SPAN = 'b7ad6b7169203331'

/** Bytes that count on from call to call. */
function counting(): (count: number) => Uint8Array {
  let next = 0
  return (count) => Uint8Array.from({ length: count }, () => next++)
}

t.test('without a caller’s trace there is a new one (facts §4.3)', async (t) => {
  t.equal(createTraceId(undefined, counting()), '00-000102030405060708090a0b0c0d0e0f-1011121314151617-00')
})

t.test('a caller’s trace goes on in a new span', async (t) => {
  t.equal(createTraceId(`00-${TRACE}-${SPAN}-01`, counting()), `00-${TRACE}-0001020304050607-01`)
  t.equal(createTraceId(`00-${TRACE}-${SPAN}-00`, counting()), `00-${TRACE}-0001020304050607-00`)
})

t.test('what is no traceparent counts for nothing', async (t) => {
  const cases = {
    empty: '',
    'a word': 'garbage',
    'another version': `01-${TRACE}-${SPAN}-01`,
    'capital letters': `00-${TRACE.toUpperCase()}-${SPAN}-01`,
    'a digit too few': `00-${TRACE.slice(1)}-${SPAN}-01`,
    'no flags': `00-${TRACE}-${SPAN}`,
    'something behind': `00-${TRACE}-${SPAN}-01-x`,
  }
  for (const [name, header] of Object.entries(cases)) {
    t.equal(createTraceId(header, counting()), createTraceId(undefined, counting()), name)
  }
})
