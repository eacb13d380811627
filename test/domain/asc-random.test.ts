import { createHash } from 'node:crypto'
import t from 'tap'
import { ascRandomBytes } from '../../src/domain/asc-random.ts'

t.test('begins with the bytes of .NET’s generator (facts §2.9)', async (t) => {
  // what `new Random(0)` is known to begin with
  const samples = [1559595546, 1755192844, 1649316166, 1198642031, 442452829]

  t.strictSame(
    [...ascRandomBytes(0, 5)],
    samples.map((sample) => sample % 256),
  )
  t.equal(
    ascRandomBytes(1684955763, 32).toString('hex'),
    'e3749c2091f034c3429a2d1d207c6e1f8c3c7cb21e696c5181855dae0e2d3781',
  )
})

t.test('goes on as DocSpace’s copy of it does (facts §2.6)', async (t) => {
  const bytes = ascRandomBytes(1684955763, 256)

  t.equal(
    createHash('sha256').update(bytes).digest('hex'),
    'f944f487e7b5855365190eef977abaa102d29737cec122784be9e64a2b71b5d7',
  )
  t.strictSame(bytes.subarray(0, 32), ascRandomBytes(1684955763, 32), 'a longer run begins with the shorter one')
})

t.test('takes every signed 32-bit seed', async (t) => {
  const MAX = 2 ** 31 - 1

  t.strictSame(ascRandomBytes(-7, 64), ascRandomBytes(7, 64), 'the sign is ignored')
  t.strictSame(ascRandomBytes(-(2 ** 31), 64), ascRandomBytes(MAX, 64), 'the smallest counts as the greatest')
  t.notSame(ascRandomBytes(MAX, 64), ascRandomBytes(MAX - 1, 64))
  t.equal(ascRandomBytes(1, 0).length, 0)
})
