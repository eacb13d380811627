import fc from 'fast-check'
import t from 'tap'
import { isWithin, parseNetwork } from '../../src/domain/network.ts'
import { anyText, holds } from '../properties.ts'

/** How an address is written, and its number. */
const families = [
  { size: 32, max: 2n ** 32n - 1n, write: (address: bigint) => bytesOf(address, 4).join('.') },
  {
    size: 128,
    max: 2n ** 128n - 1n,
    write: (address: bigint) =>
      address
        .toString(16)
        .padStart(32, '0')
        .replace(/(.{4})(?!$)/g, '$1:'),
  },
] as const

function bytesOf(number: bigint, count: number): bigint[] {
  return Array.from({ length: count }, (_, i) => (number >> BigInt(8 * (count - 1 - i))) & 255n)
}

const network = fc.constantFrom(...families).chain(({ size, max, write }) =>
  fc.record({
    size: fc.constant(size),
    write: fc.constant(write),
    base: fc.bigInt({ min: 0n, max }),
    bits: fc.nat(size),
    flipped: fc.nat(size - 1),
  }),
)

t.test(
  'an address with one bit turned over is within where the bit isn’t one of the shared ones',
  holds(
    fc.property(network, ({ size, write, base, bits, flipped }) => {
      const neighbour = base ^ (1n << BigInt(size - 1 - flipped))
      const networks = ['nonsense', `${write(base)}/${bits}`]
      return isWithin(write(base), networks) && isWithin(write(neighbour), networks) === flipped >= bits
    }),
  ),
)

t.test(
  'a network is read as it was written',
  holds(
    fc.property(network, ({ size, write, base, bits }) => {
      const address = write(base)
      const whole = parseNetwork(address)
      const part = parseNetwork(`${address}/${bits}`)
      return whole?.bits === size && part?.bits === bits && part.address === address && part.family === whole.family
    }),
  ),
)

t.test(
  'what is no network holds nobody, and what is no address is nowhere',
  holds(
    fc.property(
      fc.oneof(anyText, fc.stringMatching(/^[0-9a-f.:/%]{1,24}$/)),
      fc.oneof(anyText, fc.ipV4(), fc.ipV6()),
      (text, address) => {
        return parseNetwork(text) !== null || !isWithin(address, [text])
      },
    ),
  ),
)
