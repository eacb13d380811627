import fc from 'fast-check'
import t from 'tap'
import { apiKeyGuard } from '../../src/auth/api-key.ts'
import { apiKey } from '../helper.ts'
import { holds, mutated } from '../properties.ts'
import { asker } from './ask.ts'

const RUNS = 200

t.test('a key with another character in it opens nothing', async (t) => {
  const ask = await asker(t, apiKeyGuard())
  const key = apiKey('1')
  t.equal((await ask({ headers: { authorization: `Bearer ${key}` } })).status, 200)

  await holds(
    fc.asyncProperty(
      fc.nat(),
      fc.constantFrom(...'023456789abcdefABCDEF-_ '),
      fc.boolean(),
      async (at, character, isHeader) => {
        const wrong = mutated(key, at, character)
        fc.pre(wrong !== null)
        const headers = isHeader ? { ApiKeyBearer: wrong } : { authorization: `Bearer ${wrong}` }
        return (await ask({ headers })).status === 401
      },
    ),
    RUNS,
  )(t)
})

t.test('a key that was made up opens nothing', async (t) => {
  const ask = await asker(t, apiKeyGuard())

  await holds(
    fc.asyncProperty(fc.stringMatching(/^sk-[0-9a-f]{0,70}$/), async (key) => {
      const { status, verdicts } = await ask({ headers: { authorization: `Bearer ${key}` } })
      return status === 401 && verdicts?.length === 1
    }),
    RUNS,
  )(t)
})
