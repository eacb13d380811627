import t from 'tap'
import { createSignature, readSignature } from '../../src/domain/signature.ts'

const KEY = '1123askdasjklasbnd'
const TEXT = '4.11111111-2222-4333-8444-555555555555.66faa6e4-f133-11ea-b126-00ffeec8b4ef.localhost'

/** Recorded from the real server's own code: facts §8. */
const SIGNATURE =
  'cmVLb1JtRXUzWGFsNzUyYnpBcFRQeUJOUDdHcCtBUXZ2WGhFUENiTmhKMD0_IjQuMTExMTExMTEtMjIyMi00MzMzLTg0NDQtNTU1NTU1NTU1NTU1LjY2ZmFhNmU0LWYxMzMtMTFlYS1iMTI2LTAwZmZlZWM4YjRlZi5sb2NhbGhvc3Qi'

t.test('the signature of the real server', async (t) => {
  t.equal(createSignature(TEXT, KEY), SIGNATURE)
  t.equal(readSignature(SIGNATURE, KEY), TEXT)
})

t.test('what was not signed with the key is not read', async (t) => {
  const signed = Buffer.from(SIGNATURE, 'base64url').toString()
  const wrong: [what: string, signature: string, key?: string][] = [
    ['another key', SIGNATURE, 'another'],
    ['another text', Buffer.from(signed.replace('"4.', '"3.')).toString('base64url')],
    ['no hash', Buffer.from('?"4"').toString('base64url')],
    ['no text', Buffer.from(signed.slice(0, signed.indexOf('?'))).toString('base64url')],
    ['nothing', ''],
    ['no Base64', '!!!'],
  ]
  for (const [what, signature, key = KEY] of wrong) t.equal(readSignature(signature, key), null, what)
})
