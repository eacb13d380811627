import t from 'tap'
import { cookieCredentials } from '../../src/openapi/cookie-credentials.ts'

const schemes = {
  asc_auth_key: { type: 'apiKey', in: 'cookie', name: 'asc_auth_key' },
  Other: { type: 'apiKey', in: 'cookie', name: 'other' },
  Header: { type: 'apiKey', in: 'header', name: 'X-Key' },
  Basic: { type: 'http' },
}

/** What is written into the browser's cookies when a request is executed. */
function cookiesWritten(authorized: Record<string, object>, definitions: object | null): string[] {
  const written: string[] = []
  const document = {
    set cookie(text: string) {
      written.push(text)
    },
  }
  // as the browser gets it: its text, and what is global there
  const plugin = new Function('document', `return (${cookieCredentials})()`)(document) as ReturnType<
    typeof cookieCredentials
  >
  const ui = {
    specSelectors: { securityDefinitions: () => definitions && { toJS: () => definitions } },
    authSelectors: { authorized: () => ({ toJS: () => authorized }) },
  }
  const execute = (request: unknown) => ['executed', request]
  const { executeRequest } = plugin.statePlugins.spec.wrapActions
  t.strictSame(executeRequest(execute, ui as never)('a request'), ['executed', 'a request'])
  return written
}

t.test('credentials are put into the cookies that they belong into, and taken out of the others', async (t) => {
  t.strictSame(cookiesWritten({ asc_auth_key: { value: 'abc/+==' }, Header: { value: 'h' } }, schemes), [
    'asc_auth_key=abc/+==; path=/; SameSite=Lax',
    'other=; path=/; SameSite=Lax; max-age=0',
  ])
  t.strictSame(cookiesWritten({}, null), [])
})
