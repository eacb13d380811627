import t from 'tap'
import { testPortal } from '../helper.ts'

t.test('a long link has one short one, for ever (facts §5.1)', async (t) => {
  const { shortLinks } = testPortal(t).store
  let made = 0
  const newKey = () => `key${++made}`

  t.equal(shortLinks.shorten('http://localhost/a', newKey), 'key1')
  t.equal(shortLinks.shorten('http://localhost/b', newKey), 'key2')
  t.equal(shortLinks.shorten('http://localhost/a', newKey), 'key1')
  t.equal(made, 2, 'no key is made for a link that has one')
  t.equal(shortLinks.find('key1'), 'http://localhost/a')
  t.equal(shortLinks.find('key2'), 'http://localhost/b')
})

t.test('links and keys are compared as they stand', async (t) => {
  const { shortLinks } = testPortal(t).store
  shortLinks.shorten('http://localhost/a', () => 'key')

  t.equal(shortLinks.find('KEY'), undefined)
  t.equal(shortLinks.find(''), undefined)
  t.equal(
    shortLinks.shorten('http://localhost/A', () => 'other'),
    'other',
  )
})

t.test('a key that is taken is not given away again', async (t) => {
  const { shortLinks } = testPortal(t).store
  shortLinks.shorten('http://localhost/a', () => 'key')

  t.throws(() => shortLinks.shorten('http://localhost/b', () => 'key'), { code: 'SQLITE_CONSTRAINT_PRIMARYKEY' })
  t.equal(shortLinks.find('key'), 'http://localhost/a')
})
