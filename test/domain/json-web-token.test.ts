import t from 'tap'
import { decodePart } from '../../src/domain/json-web-token.ts'

t.test('a part is a JSON object in Base64 for URLs', async (t) => {
  const encode = (text: string) => Buffer.from(text).toString('base64url')
  t.strictSame(decodePart(encode('{"sub":"ünë?>"}')), { sub: 'ünë?>' })
  for (const text of ['', '{', '[]', 'null', '1', '"text"']) t.equal(decodePart(encode(text)), null, text)
  t.equal(decodePart('!'), null)
})
