import { randomBytes } from 'node:crypto'
import t from 'tap'
import { createShortLinkKey } from '../../src/domain/short-link.ts'

t.test('a key has fifteen characters of DocSpace’s alphabet (facts §5.1)', async (t) => {
  const keys = Array.from({ length: 200 }, () => createShortLinkKey(randomBytes))

  t.strictSame(
    keys.filter((key) => !/^[5XzpDt6wZRdsTrJkSY_cgPyxN4j\-fnb9WKBF8vh3GH72QqmLVCM]{15}$/.test(key)),
    [],
  )
})

t.test('the same bytes give the same key', async (t) => {
  const counting = (count: number) => Uint8Array.from({ length: count }, (_, i) => i)

  t.equal(createShortLinkKey(counting), '5XzpDt6wZRdsTrJ')
  t.equal(
    createShortLinkKey((count) => new Uint8Array(count).fill(50)),
    'M'.repeat(15),
    'the last of the alphabet',
  )
  t.equal(
    createShortLinkKey((count) => new Uint8Array(count).fill(51)),
    '5'.repeat(15),
    'and from the start again',
  )
  t.equal(
    createShortLinkKey((count) => new Uint8Array(count).fill(255)),
    '5'.repeat(15),
  )
})
