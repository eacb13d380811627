import t from 'tap'
import { isWithin, parseNetwork } from '../../src/domain/network.ts'

t.test('addresses and networks are read', async (t) => {
  for (const [text, network] of [
    ['203.0.113.7', { address: '203.0.113.7', bits: 32, family: 'ipv4' }],
    ['203.0.113.0/24', { address: '203.0.113.0', bits: 24, family: 'ipv4' }],
    ['0.0.0.0/0', { address: '0.0.0.0', bits: 0, family: 'ipv4' }],
    ['::1', { address: '::1', bits: 128, family: 'ipv6' }],
    ['2001:db8::/32', { address: '2001:db8::', bits: 32, family: 'ipv6' }],
  ] as const) {
    t.strictSame(parseNetwork(text), network, text)
  }
})

t.test('what is neither is none', async (t) => {
  for (const text of [
    '',
    'localhost',
    '203.0.113',
    '203.0.113.0/33',
    '::/129',
    '203.0.113.0/',
    '10.0.0.0/8/9',
    '1.2.3.4/-1',
  ]) {
    t.equal(parseNetwork(text), null, text)
  }
})

t.test('an address is in the networks that hold it', async (t) => {
  const networks = ['nonsense', '198.51.100.0/24', '203.0.113.7', '2001:db8::/32']
  for (const inside of ['198.51.100.0', '198.51.100.255', '203.0.113.7', '2001:db8::5'])
    t.ok(isWithin(inside, networks), inside)
  for (const outside of ['198.51.101.0', '203.0.113.8', '2001:db9::5', 'nonsense'])
    t.notOk(isWithin(outside, networks), outside)
  t.notOk(isWithin('203.0.113.7', []))
})
