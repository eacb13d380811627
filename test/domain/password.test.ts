import t from 'tap'
import { clientPasswordHash, PASSWORD_ITERATIONS, passwordSalt, storedPasswordHash } from '../../src/domain/password.ts'

const MACHINE_KEY = '1123askdasjklasbnd'
const SALT = '0a783fef249b0cfa2b1ddc3825bf9a5c9c869bf65a4a45cbd5a0c93b16b5a47e'
const OWNER_HASH = '622d6d00a1d0a749b88ec62ecbfbc5ab6911b5ee6927f999cc8f61f4af03a276'

t.test('the salt comes from the machine key (facts §6.1)', async (t) => {
  t.equal(PASSWORD_ITERATIONS, 100_000)
  t.equal(await passwordSalt(MACHINE_KEY), SALT)
  t.not(await passwordSalt(`${MACHINE_KEY}x`), SALT)
})

t.test('hashes passwords as clients do (facts §2.2)', async (t) => {
  t.equal(await clientPasswordHash('owner-password', SALT), OWNER_HASH)
  t.equal(
    await clientPasswordHash('pä55 wörd', SALT),
    '8d39be0bd2c5fe3aaa67b8fac9f2479884e1ed0326ddf9d30956ee0f74223546',
  )
})

t.test('hashing leaves the event loop free', async (t) => {
  let done = false
  const hashing = clientPasswordHash('owner-password', SALT).then(() => {
    done = true
  })
  await new Promise(setImmediate)

  t.equal(done, false, 'the loop has turned and the hash isn’t ready')
  await hashing
  t.equal(done, true)
})

t.test('what a portal keeps depends on hash, user and machine key', async (t) => {
  const owner = '66faa6e4-f133-11ea-b126-00ffeec8b4ef'
  const stored = 'ZoTBPdYxhvCtCR+/hno63I6HSHG1tpc2xwy8UoJyN3SsgCu2i4xTq9YvDDm8qjyyHltH5kqT4mffHVNS28YVPA=='

  t.equal(storedPasswordHash(OWNER_HASH, owner, MACHINE_KEY), stored)
  t.not(storedPasswordHash(OWNER_HASH, owner.toUpperCase(), MACHINE_KEY), stored)
  t.not(storedPasswordHash(OWNER_HASH.toUpperCase(), owner, MACHINE_KEY), stored)
  t.not(storedPasswordHash(OWNER_HASH, owner, 'other'), stored)
})
