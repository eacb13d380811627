import type { FastifyRequest } from 'fastify'
import t from 'tap'
import { parseQuery, Query, queryOf } from '../../src/wire/query.ts'

t.test('reads all values of a name, in order', async (t) => {
  const cases: [query: string, name: string, expected: string[] | undefined][] = [
    ['', 'a', undefined],
    ['?', 'a', undefined],
    ['?a=1', 'a', ['1']],
    ['a=1', 'a', ['1']],
    ['?a=1&b=2&a=3', 'a', ['1', '3']],
    ['?A=1&a=2', 'a', ['1', '2']],
    ['?a=1', 'A', ['1']],
    ['?a', 'a', ['']],
    ['?a=', 'a', ['']],
    ['?a=1=2', 'a', ['1=2']],
    ['?&&a=1&', 'a', ['1']],
    ['?=1', '', ['1']],
    ['?a=b+c%20d', 'a', ['b c d']],
    ['?a=%2B', 'a', ['+']],
    ['?%61=1', 'a', ['1']],
    ['?a=%zz', 'a', ['%zz']],
    ['?a=%ff', 'a', ['%ff']],
    ['?a=%C3%A9', 'a', ['é']],
    ['?a=1;b=2', 'a', ['1;b=2']],
    ['?a=?', 'a', ['?']],
    ['?b=1', 'a', undefined],
    ['?%E2%84%AA=1', 'k', undefined],
    ['?__proto__=1', '__proto__', ['1']],
    ['?a=1', 'toString', undefined],
  ]
  for (const [query, name, expected] of cases) t.strictSame(new Query(query).all(name), expected, `${query} ${name}`)
})

t.test('gives the first value', async (t) => {
  const query = new Query('?Userid=abc&userid=def&empty')

  t.equal(query.first('userid'), 'abc')
  t.equal(query.first('empty'), '')
  t.equal(query.first('key'), undefined)
})

t.test('knows a prefix (facts §5.1)', async (t) => {
  const cases: [query: string, expected: boolean][] = [
    ['', false],
    ['?inDto', true],
    ['?inDto=x', true],
    ['?INDTO=x', true],
    ['?inDto.userid=x', true],
    ['?inDto.=x', true],
    ['?inDto%2Ekey=x', true],
    ['?inDtoX=x', false],
    ['?xinDto=x', false],
    ['?a=inDto', false],
  ]
  for (const [query, expected] of cases) t.equal(new Query(query).hasPrefix('inDto'), expected, query)
})

t.test('is what a request has for a query', async (t) => {
  const query = parseQuery('?a=1')

  t.equal(queryOf({ query } as FastifyRequest), query)
  t.equal(query.first('a'), '1')
  t.equal(parseQuery('').all('a'), undefined)
  t.equal(parseQuery(''), parseQuery(''), 'no query is always the same one')
})
