import t from 'tap'
import { pathPattern } from '../../../src/control/faults/path-pattern.ts'

const cases: [pattern: string, fits: string[], fitsNot: string[]][] = [
  ['/api/2.0/portal/userscount', ['/api/2.0/portal/userscount', '/API/2.0/Portal/UsersCount'], ['/api/2.0/portal']],
  ['/api/2.0/keys/', ['/api/2.0/keys'], ['/api/2.0/keys/x', '/api/2.0']],
  ['/api/*/keys', ['/api/2.0/keys'], ['/api/keys', '/api/2.0/x/keys']],
  [
    '/api/2.0/portal/users/{userID}',
    ['/api/2.0/portal/users/x'],
    ['/api/2.0/portal/users', '/api/2.0/portal/users/x/y'],
  ],
  ['/api/**', ['/api', '/api/2.0', '/api/2.0/portal/userscount'], ['/apis', '/', '/s/x']],
  ['/**', ['/', '/s/x'], []],
  ['/', ['/'], ['/s']],
  ['/a.b', ['/a.b'], ['/axb']],
  ['/a%20b', ['/a%20b'], ['/a b/c']],
]

for (const [pattern, fits, fitsNot] of cases) {
  t.test(pattern, async (t) => {
    const matches = pathPattern(pattern)
    for (const path of fits) t.ok(matches(path), path)
    for (const path of fitsNot) t.notOk(matches(path), path)
  })
}

t.test('a pattern that is out to take long takes no time', async (t) => {
  const matches = pathPattern('/*'.repeat(450))
  t.notOk(matches('/a'.repeat(4000)))
  t.ok(matches('/a'.repeat(450)))
})
