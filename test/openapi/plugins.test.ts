import t from 'tap'
import { cookieCredentials } from '../../src/openapi/cookie-credentials.ts'
import { pageAddress } from '../../src/openapi/page-address.ts'

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

const document = {
  servers: [{ url: '/' }],
  paths: {},
  components: {
    schemas: {},
    securitySchemes: {
      OAuth2: { type: 'oauth2', flows: { authorizationCode: { authorizationUrl: '/oauth2/authorize', scopes: {} } } },
      OpenId: { type: 'openIdConnect', openIdConnectUrl: '/.well-known/openid-configuration' },
      Elsewhere: { type: 'openIdConnect', openIdConnectUrl: 'https://example.com/.well-known/openid-configuration' },
      asc_auth_key: { type: 'apiKey', in: 'cookie', name: 'asc_auth_key' },
    },
  },
}

/** The document that a page at an address shows. */
function shownAt(href: string, given: typeof document): unknown {
  // as the browser gets it: its text, and what is global there
  const plugin = new Function('location', `return (${pageAddress})()`)({ href }) as ReturnType<typeof pageAddress>
  return plugin.statePlugins.spec.wrapActions.updateJsonSpec((shown) => shown)(given as never)
}

t.test('operations and the authorization server are where the page was found', async (t) => {
  const pages: [href: string, root: string, path: string][] = [
    ['http://localhost:8092/docs', 'http://localhost:8092', ''],
    ['http://localhost:8092/DOCS/', 'http://localhost:8092', ''],
    ['http://localhost:8092/docs#/Portal/docs', 'http://localhost:8092', ''],
    ['http://localhost:8092/docs/?a#b', 'http://localhost:8092', ''],
    ['https://ci.example.com/mock/docs', 'https://ci.example.com/mock', ''],
    ['http://localhost:8092/@x/docs/', 'http://localhost:8092/@x', '/@x'],
    ['https://ci.example.com/docs/@x/docs', 'https://ci.example.com/docs/@x', '/@x'],
  ]
  for (const [href, root, path] of pages) {
    const { OAuth2, OpenId, ...others } = document.components.securitySchemes
    const given = JSON.parse(JSON.stringify(document).replaceAll('"/', `"${path}/`))
    given.servers = [{ url: path || '/' }]
    t.strictSame(shownAt(href, given), {
      servers: [{ url: root }],
      paths: {},
      components: {
        schemas: {},
        securitySchemes: {
          OAuth2: {
            type: 'oauth2',
            flows: { authorizationCode: { authorizationUrl: `${root}/oauth2/authorize`, scopes: {} } },
          },
          OpenId: { type: 'openIdConnect', openIdConnectUrl: `${root}/.well-known/openid-configuration` },
          ...others,
        },
      },
    })
  }
})
