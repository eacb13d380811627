import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import t from 'tap'

/** Says which of the modules that only the document needs have been loaded, before it is asked for and after. */
const program = `
  import { createRequire } from 'node:module'
  import { createServer, defaultFixture, openPortal } from ${JSON.stringify(new URL('../../src/index.ts', import.meta.url))}
  const { cache } = createRequire(import.meta.url)
  const loaded = () => ['@fastify/swagger/', '@fastify/swagger-ui/', '@fastify/static/', 'yaml/'].filter((name) => {
    return Object.keys(cache).some((path) => path.replaceAll('\\\\', '/').includes('/node_modules/' + name))
  })
  const portal = openPortal({ fixture: defaultFixture })
  const app = await createServer({ portals: [portal] })
  const authorization = 'Bearer sk-' + '1'.repeat(64)
  const { statusCode } = await app.inject({ url: '/api/2.0/portal/userscount', headers: { authorization } })
  const before = loaded()
  await app.inject('/openapi/asc.web.api/2.0.json')
  console.log(JSON.stringify({ statusCode, before, after: loaded() }))
  await app.close()
  portal.close()
`

t.test('a server that nobody asks for its document loads nothing for it', async (t) => {
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program])
  const { statusCode, before, after } = JSON.parse(stdout)
  t.equal(statusCode, 200)
  t.strictSame(before, [])
  t.strictSame(after, ['@fastify/swagger/', '@fastify/swagger-ui/', '@fastify/static/', 'yaml/'])
})
