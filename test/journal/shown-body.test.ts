import t from 'tap'
import { keepBody, MAX_BODY, packBody } from '../../src/journal/entry.ts'
import { shownBody } from '../../src/journal/shown-body.ts'

const TOKEN = `${'Ab3+'.repeat(21)}xy==`

t.test('a secret that the end of a long body cuts is not shown', async (t) => {
  for (const shown of [20, 40, 63]) {
    const body = `["${'a '.repeat((MAX_BODY - shown) / 2 - 4)}","${TOKEN}"]`
    for (const kept of [keepBody(body), packBody(keepBody(body))]) {
      const text = shownBody(kept)?.body ?? ''
      t.notMatch(text, TOKEN.slice(0, 12), `${shown} characters`)
      t.match(text, /^\["a a .* a ?/)
    }
  }
})

t.test('other long bodies are shown as they are, and so is the end of those that are whole', async (t) => {
  const long = 'a'.repeat(MAX_BODY + 1)
  t.same(shownBody(keepBody(long)), { body: long.slice(1), bodySize: long.length })
  const whole = 'a whole text, and no-secret-at-its-end'
  t.same(shownBody(keepBody(whole)), { body: whole, bodySize: whole.length })
})

t.test('the size is that of the bytes, whatever they are', async (t) => {
  const bytes = Buffer.from([0xff, 0xfe, 0x80])
  t.equal(shownBody({ content: bytes })?.bodySize, 3)
  t.equal(shownBody({ content: null }), null)
})
