import t from 'tap'
import { successEnvelope } from '../../src/wire/envelope.ts'

const link = { href: 'http://localhost:8092/api/2.0/portal/userscount', action: 'GET' }
const tail =
  '"links":[{"href":"http://localhost:8092/api/2.0/portal/userscount","action":"GET"}],"status":0,"statusCode":200}'

t.test('wraps a result, members in the server’s order (facts §4.1)', async (t) => {
  t.equal(successEnvelope(link, '3'), `{"response":3,"count":1,${tail}`)
  t.equal(successEnvelope(link, '""'), `{"response":"","count":1,${tail}`)
  t.equal(successEnvelope(link, '{"id":"x"}'), `{"response":{"id":"x"},"count":1,${tail}`)
})

t.test('the count of a list is its length', async (t) => {
  t.equal(successEnvelope(link, '["a","b"]', 2), `{"response":["a","b"],"count":2,${tail}`)
  t.equal(successEnvelope(link, '[]', 0), `{"response":[],"count":0,${tail}`)
})

t.test('without a result there is no response and the count is 0', async (t) => {
  t.equal(successEnvelope(link, undefined), `{"count":0,${tail}`)
})

t.test('escapes the address', async (t) => {
  const href = 'http://localhost/"\\\u{1f600}é'
  const json = successEnvelope({ href, action: 'POST' }, undefined)

  t.match(json, '"links":[{"href":"http://localhost/\\"\\\\\\uD83D\\uDE00é","action":"POST"}]')
  t.equal(JSON.parse(json).links[0].href, href)
})
