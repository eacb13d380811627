import fc from 'fast-check'
import t from 'tap'
import { people, testServer } from '../helper.ts'
import { anyText, holds } from '../properties.ts'
import { asClient, browserApp, CALLBACK, webApp } from './visitor.ts'

/** How many requests each endpoint gets. */
const RUNS = 150

/** Values that have a meaning somewhere, and any others. */
const value = fc.oneof(
  fc.constantFrom(
    ...[webApp.clientId, browserApp.clientId, webApp.clientSecret, CALLBACK, people.owner, 'owner@example.com'],
    ...['code', 'none', 'login', 'consent', 'openid', 'openid read', 'S256', 'plain', 'query', 'fragment', 'form_post'],
    ...['authorization_code', 'refresh_token', 'personal_access_token', '0', '-1', '1e9', '', 'a.b.c', 'e30.e30.e30'],
    ...['http://localhost', 'http://localhost/', '__proto__', 'constructor', '{}', '[]', '{"userinfo":{"sub":null}}'],
  ),
  anyText,
)

const names = [
  ...['client_id', 'client_secret', 'response_type', 'redirect_uri', 'scope', 'state', 'nonce', 'prompt', 'login_hint'],
  ...['max_age', 'code_challenge', 'code_challenge_method', 'response_mode', 'id_token_hint', 'resource', 'claims'],
  ...['request', 'request_uri', 'grant_type', 'code', 'code_verifier', 'refresh_token', 'token', 'token_type_hint'],
  ...['client_assertion', 'client_assertion_type', 'access_token', 'person', 'acr_values', 'ui_locales', '__proto__'],
]

const pairs = fc.array(fc.tuple(fc.constantFrom(...names), value), { maxLength: 8 })

const wellBegun = {
  authorize: { client_id: webApp.clientId, response_type: 'code', redirect_uri: CALLBACK, scope: 'openid' },
  token: { grant_type: 'refresh_token', ...asClient(webApp) },
  revoke: asClient(webApp),
  introspect: {},
  userinfo: {},
}

for (const profile of ['documented', 'server'] as const) {
  for (const [path, begun] of Object.entries(wellBegun)) {
    t.test(`whatever ${path} is sent, it is the sender’s fault, ${profile}`, async (t) => {
      const { app } = await testServer(t, { profile })
      const headers = { 'content-type': 'application/x-www-form-urlencoded' }
      const url = `/oauth2/${path}`
      await holds(
        fc.asyncProperty(pairs, fc.boolean(), fc.boolean(), async (entries, isWellBegun, isQuery) => {
          const form = new URLSearchParams(isWellBegun ? begun : {})
          for (const [name, text] of entries) {
            if (isWellBegun && name in begun) form.set(name, text)
            else form.append(name, text)
          }
          const { statusCode } = await app.inject(
            isQuery ? { url: `${url}?${form}` } : { method: 'POST', url, payload: String(form), headers },
          )
          return statusCode < 500
        }),
        RUNS,
      )(t)
    })
  }
}
