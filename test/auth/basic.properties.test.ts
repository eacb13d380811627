import fc from 'fast-check'
import t from 'tap'
import { basicGuard } from '../../src/auth/basic.ts'
import { anyText, holds } from '../properties.ts'
import { asker } from './ask.ts'

const RUNS = 200

/** People who don't exist have no password that would have to be hashed, which takes its time. */
const login = fc.tuple(anyText, anyText).map(([email, password]) => `nobody ${email.replaceAll(':', '')}:${password}`)

/** What may stand behind `Basic `, and how the real server fails at it, if it does. */
const payload = fc.oneof(
  login.map((text) => ({ payload: encode(text), failure: null })),
  anyText.map((text) => ({ payload: encode(text.replaceAll(':', '')), failure: 'System.Exception' })),
  login.map((text) => ({ payload: `${encode(text)}!`, failure: 'System.FormatException' })),
  login.map((text) => ({ payload: `${encode(text)}A`, failure: 'System.FormatException' })),
)

function encode(text: string): string {
  return Buffer.from(text).toString('base64')
}

t.test('no login that was made up gets in', async (t) => {
  const ask = await asker(t, basicGuard())

  await holds(
    fc.asyncProperty(payload, async ({ payload }) => {
      const { status, body } = await ask({ headers: { authorization: `Basic ${payload}` } })
      return status === 401 && body === ''
    }),
    RUNS,
  )(t)
})

t.test('the real server fails at those that it can’t read, and at no others (facts §2.2)', async (t) => {
  const ask = await asker(t, basicGuard(), { profile: 'server' })

  await holds(
    fc.asyncProperty(payload, async ({ payload, failure }) => {
      const { status, body } = await ask({ headers: { authorization: `Basic ${payload}` } })
      return failure === null ? status === 401 : status === 500 && JSON.parse(body).error.type === failure
    }),
    RUNS,
  )(t)
})
