import t from 'tap'
import { readFields, selectFields, selectInResponse } from '../../src/wire/fields.ts'
import { Query } from '../../src/wire/query.ts'

t.test('reads which members are wanted (facts §1.10)', async (t) => {
  const cases: [query: string, expected: string[] | undefined][] = [
    ['', undefined],
    ['?count=1', undefined],
    ['?fields=id', ['id']],
    ['?fields=id,email', ['id', 'email']],
    ['?fields=id%2Cemail', ['id', 'email']],
    ['?fields=id,', ['id', '']],
    ['?fields=', ['']],
    ['?fields', ['']],
    ['?Fields=id', ['id']],
    ['?fields=id&fields=email', ['id', 'email']],
    ['?fields=id,x&fields=email', ['id,x', 'email']],
    ['?fields[]=id&fields[]=email', ['id', 'email']],
    ['?fields%5B%5D=id', ['id']],
    ['?FIELDS[]=id', ['id']],
    ['?fields[]=id,email', ['id,email']],
    ['?fields[]=', ['']],
    ['?fields=id&fields[]=email', ['email']],
  ]
  for (const [query, expected] of cases) t.strictSame(readFields(new Query(query)), expected, query)
})

const user = { id: '1', email: 'a@b', contactsList: ['a'], nested: { x: 1, y: { z: 2 } }, nothing: null }

t.test('leaves out what isn’t wanted (facts §1.10)', async (t) => {
  const cases: [fields: string[], expected: object][] = [
    [['id', 'email'], { id: '1', email: 'a@b' }],
    [['email', 'id'], { id: '1', email: 'a@b' }],
    [['id', ''], { id: '1' }],
    [['id', 'id'], { id: '1' }],
    [[''], {}],
    [['ID'], {}],
    [['*'], {}],
    [['response', 'response.id', 'count', 'links', 'status', 'statusCode'], {}],
    [['id.x'], { id: '1' }],
    [['idx'], {}],
    [['contactsList'], { contactsList: ['a'] }],
    [['contactsList.x'], { contactsList: ['a'] }],
    [['nothing.x'], { nothing: null }],
    [['nested'], { nested: { x: 1, y: { z: 2 } } }],
    [['nested.x'], { nested: { x: 1 } }],
    [['nested.y.z', 'id'], { id: '1', nested: { y: { z: 2 } } }],
    [['nested.q'], { nested: {} }],
    [['nested.'], { nested: {} }],
    [['.id'], {}],
  ]
  for (const [fields, expected] of cases) t.strictSame(selectFields(user, fields), expected, fields.join())
})

t.test('members keep their order, and the whole is left as it was', async (t) => {
  const before = structuredClone(user)

  t.equal(JSON.stringify(selectFields(user, ['nested.x', 'email', 'id'])), '{"id":"1","email":"a@b","nested":{"x":1}}')
  t.strictSame(user, before)
})

t.test('of a result it is the members of an object, and of each in a list, that are left out', async (t) => {
  const cases: [response: string, expected: string][] = [
    ['{"a":1,"b":"\\uD83D\\uDE00"}', '{"b":"\\uD83D\\uDE00"}'],
    ['[{"a":1,"b":2},{"a":3},["x"],null,"a"]', '[{"b":2},{},["x"],null,"a"]'],
    ['[]', '[]'],
    ['3', '3'],
    ['""', '""'],
    ['true', 'true'],
  ]
  for (const [response, expected] of cases) t.equal(selectInResponse(response, ['b', 'x']), expected, response)
})
