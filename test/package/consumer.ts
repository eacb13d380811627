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
