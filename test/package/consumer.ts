/** What a user of the package writes in JavaScript: start, ask, stop. Prints the answer's body. */
export const script = `
import { defaultFixture, start } from 'docspace-mock'

const server = await start({ port: 0, fixtures: [{ ...defaultFixture, alias: 'another' }] })
const headers = { authorization: 'Bearer sk-' + '1'.repeat(64) }
const documented = await fetch(server.url + '/openapi/asc.web.api/2.0.json')
if (documented.status !== 200) throw new Error('the document: ' + documented.status)
const answer = await fetch(server.url + '/api/2.0/portal/userscount', { headers })
process.stdout.write(await answer.text())
await server.close()
`

const portalTest = `
test('counts the users of a portal of its own', async () => {
  const headers = { authorization: 'Bearer sk-' + '1'.repeat(64) }
  const answer = await fetch(portal.url + '/api/2.0/portal/userscount', { headers })
  const { response } = await answer.json()
  if (response !== 6) throw new Error('counted ' + response)
  if (!portal.url.includes('/@t-')) throw new Error(portal.url)
})
`

/** Test runners, and how a file of their tests has a portal of its own. */
export const testRunners: Record<
  string,
  { install?: string; file: string; text: string; run: readonly [string, ...string[]] }
> = {
  'node:test': {
    file: 'portal.mjs',
    text: `
import { after, test } from 'node:test'
import { usePortal } from 'docspace-mock/client'
const portal = usePortal(after)
${portalTest}`,
    run: ['node', '--test', 'portal.mjs'],
  },
  vitest: {
    install: 'vitest@5',
    file: 'portal.test.js',
    text: `
import { afterAll, test } from 'vitest'
import { usePortal } from 'docspace-mock/client'
const portal = usePortal(afterAll)
${portalTest}`,
    run: ['npx', 'vitest', 'run', 'portal.test.js'],
  },
  jest: {
    install: 'jest@30',
    file: 'portal.spec.js',
    text: `
const { usePortal } = require('docspace-mock/client')
const portal = usePortal(afterAll)
${portalTest}`,
    run: ['npx', 'jest', 'portal.spec.js'],
  },
}

/** A guard of a user's, in a file of theirs. */
export const guard = `
export default {
  name: 'ActAs',
  securityScheme: { type: 'apiKey', in: 'header', name: 'X-Act-As' },
  authenticate: ({ headers, portal }) => {
    const user = portal.store.users.find(String(headers['x-act-as']))
    return user ? { user, scopes: ['*:write'] } : null
  },
}
`

/** What a user of the package writes in TypeScript. The mistakes show that types are there, and not all of them any. */
export const typed = `
import { type AuthGuard, accept, createServer, type Fixture, openPortal, type RunningServer, start } from 'docspace-mock'
import { control, type PortalControl } from 'docspace-mock/client'

const fixture: Fixture = {
  alias: 'typed',
  owner: '66faa6e4-f133-11ea-b126-00ffeec8b4ef',
  users: [{ id: '66faa6e4-f133-11ea-b126-00ffeec8b4ef', email: 'owner@example.com', type: 'DocSpaceAdmin' }],
}
// @ts-expect-error an alias is a string
export const wrong: Fixture = { ...fixture, alias: 1 }

const guard: AuthGuard = {
  name: 'ActAs',
  securityScheme: { type: 'apiKey', in: 'header', name: 'X-Act-As' },
  authenticate({ headers, portal }) {
    const user = portal.store.users.find(String(headers['x-act-as']))
    return user ? accept(user) : null
  },
}

export const server: RunningServer = await start({ port: 0, fixtures: [fixture], guards: ['Basic', guard] })
export const users: number = server.portals[0]?.store.users.count() ?? 0

const portal = openPortal({ fixture })
const app = await createServer({ portals: [portal], profile: 'server' })
export const { statusCode } = await app.inject('/health')
const mine: PortalControl = control('http://localhost:8092', { portal: 'mine' })
export const address: string = mine.url
// @ts-expect-error a name is a string
control('http://localhost:8092', { portal: 1 })
// @ts-expect-error there is no such profile
await createServer({ portals: [portal], profile: 'other' })
`

/** How the TypeScript above is checked: strictly, the package's own declarations included. */
export const compilerOptions = {
  module: 'nodenext',
  target: 'es2024',
  strict: true,
  exactOptionalPropertyTypes: true,
  skipLibCheck: false,
  noEmit: true,
  types: ['node'],
}
