import fc from 'fast-check'
import t from 'tap'
import { clientPasswordHash, PASSWORD_ITERATIONS, storedPasswordHash } from '../../src/domain/password.ts'
import { sameSecret } from '../../src/domain/same-secret.ts'
import { anyText, holds } from '../properties.ts'

/** A hash takes some 30 ms. */
const FEW = 10

async function byWebCrypto(password: string, salt: string): Promise<string> {
  const encode = (text: string) => new TextEncoder().encode(text)
  const key = await crypto.subtle.importKey('raw', encode(password), 'PBKDF2', false, ['deriveBits'])
  const parameters = { name: 'PBKDF2', hash: 'SHA-256', salt: encode(salt), iterations: PASSWORD_ITERATIONS }
  return Buffer.from(await crypto.subtle.deriveBits(parameters, key, 256)).toString('hex')
}

t.test(
  'a password’s hash is what browsers make of it',
  holds(
    fc.asyncProperty(anyText, fc.stringMatching(/^[0-9a-f]{64}$/), async (password, salt) => {
      return (await clientPasswordHash(password, salt)) === (await byWebCrypto(password, salt))
    }),
    FEW,
  ),
)

const clientHash = fc.stringMatching(/^[0-9a-f]{64}$/)

t.test(
  'what is stored differs with the hash, the person and the portal',
  holds(
    fc.property(
      clientHash,
      clientHash,
      fc.uuid(),
      fc.uuid(),
      anyText,
      anyText,
      (hash, other, id, otherId, key, otherKey) => {
        const stored = storedPasswordHash(hash, id, key)
        return (
          storedPasswordHash(hash, id, key) === stored &&
          (storedPasswordHash(other, id, key) === stored) === (other === hash) &&
          (storedPasswordHash(hash, otherId, key) === stored) === (otherId === id) &&
          (storedPasswordHash(hash, id, otherKey) === stored) === (otherKey === key)
        )
      },
    ),
  ),
)

t.test(
  'secrets are the same where their texts are',
  holds(
    fc.property(anyText, fc.option(anyText), (secret, other) => {
      const given = other ?? `${secret}`
      return sameSecret(given, secret) === (given === secret)
    }),
  ),
)
