import t from 'tap'
import { readPortalName } from '../../src/domain/portal-name.ts'

t.test('a name is one label of a host name, in any letter case', async (t) => {
  const names: [text: string, name: string | null][] = [
    ['w1', 'w1'],
    ['W1', 'w1'],
    ['a', 'a'],
    ['7', '7'],
    ['a-b--c', 'a-b--c'],
    ['x'.repeat(63), 'x'.repeat(63)],
    ['x'.repeat(64), null],
    ['', null],
    ['-a', null],
    ['a-', null],
    ['a_b', null],
    ['a.b', null],
    ['a b', null],
    ['a/b', null],
    ['..', null],
    ['ä', null],
    ['a\n', null],
    ['İ', null],
  ]
  for (const [text, name] of names) t.equal(readPortalName(text), name, JSON.stringify(text))
})
