import { decodeJwt } from 'jose'
import t from 'tap'
import { NOW, people } from '../helper.ts'
import {
  authorizeUrl,
  getCode,
  getTokens,
  post,
  redeem,
  refresh,
  running,
  statusFor,
  type TokenAnswer,
  Visitor,
} from './visitor.ts'

const MINUTE = 60
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** A clock that stands still until it is moved. */
function movable(start = NOW) {
  let now = start
  return {
    now: () => now,
    /** @param seconds negative: back */
    move: (seconds: number) => {
      now += seconds * 1000
    },
  }
}

t.test('tokens are written in the portal’s time, whatever the machine’s', async (t) => {
  for (const start of [NOW, NOW - 20 * 365 * DAY * 1000, NOW + 20 * 365 * DAY * 1000 + 999]) {
    const { url } = await running(t, { clock: movable(start) })
    const tokens = await getTokens(url, people.owner)
    const now = Math.floor(start / 1000)
    t.match(decodeJwt(tokens.access_token), { iat: now, nbf: now, exp: now + HOUR })
    t.match(decodeJwt(tokens.id_token ?? ''), { iat: now, exp: now + HOUR })
    t.match(await (await post(url, 'introspect', { token: tokens.refresh_token })).json(), {
      active: true,
      iat: now,
      exp: now + 60 * DAY,
    })
    t.equal(await statusFor(url, tokens.access_token), 200)
  }
})

t.test('an ID token that was written anew still verifies, and says when somebody signed in', async (t) => {
  const clock = movable()
  const { url } = await running(t, { clock })
  const { createRemoteJWKSet, jwtVerify } = await import('jose')
  const visitor = new Visitor(url)
  await visitor.authorize(authorizeUrl(url), people.owner)
  clock.move(10 * MINUTE)
  const back = new URL((await visitor.go(authorizeUrl(url, { max_age: '3600' }))).url)
  const { id_token: token = '' } = (await (
    await redeem(url, back.searchParams.get('code') ?? '')
  ).json()) as TokenAnswer
  const keys = createRemoteJWKSet(new URL(`${url}/oauth2/jwks`))
  const { payload } = await jwtVerify(token, keys, { currentDate: new Date(clock.now()), issuer: `${url}/oauth2` })
  t.equal(payload.iat, NOW / 1000 + 10 * MINUTE)
  t.equal(payload.auth_time, NOW / 1000)

  clock.move(2 * HOUR)
  t.match((await visitor.go(authorizeUrl(url, { max_age: '3600' }))).url, /\/oauth2\/login\//, 'too long ago')
  t.match((await visitor.go(authorizeUrl(url))).url, /^http:\/\/localhost:3000/)
})

t.test('what has come to its end in the portal’s time is refused', async (t) => {
  const clock = movable()
  const { url } = await running(t, { clock })
  const code = await getCode(url, people.owner)
  clock.move(MINUTE)
  t.match(await (await redeem(url, code)).json(), { error: 'invalid_grant' }, 'a code after a minute')
  const inTime = await getCode(url, people.owner)
  clock.move(MINUTE - 5)
  t.equal((await redeem(url, inTime)).status, 200)

  const tokens = await getTokens(url, people.owner)
  const active = async (token: string) =>
    ((await (await post(url, 'introspect', { token })).json()) as { active: boolean }).active
  t.ok(await active(tokens.access_token))
  clock.move(HOUR)
  t.notOk(await active(tokens.access_token))
  t.equal(await statusFor(url, tokens.access_token), 200, 'clocks may be two minutes apart')
  clock.move(2 * MINUTE + 1)
  t.equal(await statusFor(url, tokens.access_token), 401)

  clock.move(60 * DAY - HOUR - 2 * MINUTE - 2)
  t.ok(await active(tokens.refresh_token))
  const renewed = (await (await refresh(url, tokens.refresh_token)).json()) as TokenAnswer
  clock.move(59 * DAY)
  const again = await refresh(url, renewed.refresh_token)
  t.equal(again.status, 200, 'renewed without end')
  const last = (await again.json()) as TokenAnswer
  clock.move(60 * DAY)
  t.notOk(await active(last.refresh_token))
  t.match(await (await refresh(url, last.refresh_token)).json(), { error: 'invalid_grant' })
})

t.test('a clock that is set back gives life back', async (t) => {
  const clock = movable()
  const { url } = await running(t, { clock })
  const code = await getCode(url, people.owner)
  clock.move(HOUR)
  t.equal((await redeem(url, code)).status, 400)
  clock.move(-HOUR)
  t.equal((await redeem(url, code)).status, 200)
})

t.test('lifetimes are what the server is told', async (t) => {
  const clock = movable()
  const oauth2 = { accessTokenLifetime: 30, refreshTokenLifetime: 100, codeLifetime: 10 }
  const { url } = await running(t, { clock, oauth2 })
  const tokens = await getTokens(url, people.owner)
  t.equal(tokens.expires_in, 30)
  t.match(decodeJwt(tokens.access_token), { exp: NOW / 1000 + 30 })
  t.match(decodeJwt(tokens.id_token ?? ''), { exp: NOW / 1000 + 30 })
  const code = await getCode(url, people.owner)
  clock.move(10)
  t.equal((await redeem(url, code)).status, 400)
  clock.move(85)
  t.equal((await refresh(url, tokens.refresh_token)).status, 200)
  clock.move(5)
  t.equal((await refresh(url, tokens.refresh_token)).status, 400)
})

t.test('what ended long ago is forgotten', async (t) => {
  const clock = movable()
  const { url, portal } = await running(t, { clock })
  const { access_token: token } = await getTokens(url, people.owner)
  const { jti = '' } = decodeJwt(token)
  portal.store.oauth2AccessTokens.revoke(jti, clock.now())
  t.equal(portal.store.oauth2AccessTokens.stateOf(jti), 'revoked')
  clock.move(200 * DAY)
  await getTokens(url, people.owner)
  t.equal(portal.store.oauth2AccessTokens.stateOf(jti), undefined)
})
