import t from 'tap'
import { testServer } from '../helper.ts'

/** JSON of so many levels. */
const deep = (levels: number) => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`

t.test('JSON that would take all of the stack is refused', async (t) => {
  const { app } = await testServer(t)
  const cases: [path: string, around: (json: string) => string][] = [
    ['faults', (json) => `{"effect":{"answer":{"status":200,"body":${json}}}}`],
    ['credentials/access-token', (json) => `{"claims":${json}}`],
    ['journal/verify', (json) => `{"body":${json}}`],
  ]
  for (const [path, around] of cases) {
    const post = (levels: number) =>
      app.inject({ method: 'POST', url: `/__mock/${path}`, payload: around(deep(levels)) })
    const answer = await post(20_000)
    t.equal(answer.statusCode, 400, path)
    t.same(answer.json(), { error: 'the body is more than 100 levels deep' })
    t.ok((await post(90)).statusCode < 300, path)
  }
})
