import t from 'tap'
import { isPath } from '../../src/journal/filter.ts'
import { costOf } from '../cost.ts'
import { exchangeWith } from './exchange.ts'

const paths: [wanted: string, path: string, isMeant: boolean][] = [
  ['/api/2.0/keys', '/api/2.0/keys', true],
  ['/api/2.0/keys', '/API/2.0/Keys', true],
  ['/API/2.0/Keys', '/api/2.0/keys?active=true', true],
  ['/api/2.0/keys', '/api/2.0/keys/1', false],
  ['/api/2.0/keys', '/@w1/api/2.0/keys', true],
  ['/@w1/api/2.0/keys', '/@w1/api/2.0/keys', true],
  ['/api/2.0', '/api/2x0', false],
  ['*', '/anything', true],
  ['**', '/', true],
  ['/api/*', '/api/2.0/keys', true],
  ['*/keys', '/api/2.0/keys', true],
  ['*/keys', '/api/2.0/keys/1', false],
  ['/api/*/keys', '/api/2.0/keys', true],
  ['/api/*/keys', '/api/keys', false],
  ['/ab*ba', '/aba', false],
  ['/ab*ba', '/abba', true],
  ['/a*a*a', '/aa', false],
  ['/a*b*b', '/abxb', true],
  ['/users/*/invite', '/users/a%20b/invite', true],
  ['/users/a b', '/users/a%20b', true],
  ['/a\n*', '/a%0Ab', true],
]

for (const [wanted, path, isMeant] of paths) {
  t.test(`${JSON.stringify(wanted)} ${isMeant ? 'means' : 'does not mean'} ${path}`, async (t) => {
    t.equal(isPath(exchangeWith({ target: path }), wanted), isMeant)
  })
}

t.test('many asterisks and a long path take no time', async (t) => {
  const exchange = exchangeWith({ target: `/${'a'.repeat(10_000)}` })
  const cost = await costOf(() => {
    t.equal(isPath(exchange, `/${'*a'.repeat(30)}*b`), false)
    t.equal(isPath(exchange, `/${'*'.repeat(10_000)}b`), false)
    t.equal(isPath(exchange, `/${'*a'.repeat(30)}`), true)
  })
  t.ok(cost < 500, `${cost} ms`)
})
