import { createHash } from 'node:crypto'
import t from 'tap'
import { machineConstant } from '../../src/domain/machine-constant.ts'

const KEY = '1123askdasjklasbnd'

t.test('the bytes of the default machine key (facts §2.6, §2.9)', async (t) => {
  const long = machineConstant(KEY, 256)
  t.equal(
    createHash('sha256').update(long).digest('hex'),
    'f944f487e7b5855365190eef977abaa102d29737cec122784be9e64a2b71b5d7',
  )
  t.equal(machineConstant(KEY, 32).toString('hex'), 'e3749c2091f034c3429a2d1d207c6e1f8c3c7cb21e696c5181855dae0e2d3781')
  t.strictSame(long.subarray(0, 32), machineConstant(KEY, 32))
})

t.test('only the last four bytes count, and a shorter key is padded in front', async (t) => {
  t.strictSame(machineConstant('what came before and zzzz', 8), machineConstant('zzzz', 8))
  t.strictSame(machineConstant('a', 8), machineConstant('\0\0\0a', 8))
  t.notSame(machineConstant('a', 8), machineConstant('b', 8))
})
