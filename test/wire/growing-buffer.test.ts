import fc from 'fast-check'
import t from 'tap'
import { GrowingBuffer } from '../../src/wire/growing-buffer.ts'
import { holds } from '../properties.ts'

t.test(
  'it holds what was appended, and little more',
  holds(
    fc.property(fc.array(fc.uint8Array({ maxLength: 40 })), (chunks) => {
      const collected = new GrowingBuffer()
      for (const chunk of chunks) collected.append(Buffer.from(chunk))
      const all = Buffer.concat(chunks)
      const { content, size } = collected
      return content.equals(all) && size === all.length
    }),
  ),
)

t.test('chunks of one byte take no extra memory', async (t) => {
  const collected = new GrowingBuffer()
  for (let i = 0; i < 100_000; i += 1) collected.append(Buffer.of(i % 256))
  t.equal(collected.size, 100_000)
  t.ok(collected.content.buffer.byteLength <= 2 * collected.size)
})

t.test('one chunk is not copied', async (t) => {
  const chunk = Buffer.from('abc')
  const collected = new GrowingBuffer()
  collected.append(chunk)
  t.equal(collected.content, chunk)
  collected.append(Buffer.from('d'))
  t.same([String(chunk), String(collected.content)], ['abc', 'abcd'])
})
