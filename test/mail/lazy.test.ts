import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import t from 'tap'
import { smtpInbox } from './smtp-server.ts'

/** Says whether nodemailer has been loaded when a mail was recorded without a server for it, and when one was sent. */
const program = (port: number) => `
  import { registerHooks } from 'node:module'
  const loaded = new Set()
  registerHooks({ load: (url, context, next) => { loaded.add(url); return next(url, context) } })
  const { createServer, defaultFixture, openPortal, mintConfirmationKey } = await import(${JSON.stringify(new URL('../../src/index.ts', import.meta.url))})
  const isLoaded = () => [...loaded].some((url) => url.includes('/node_modules/nodemailer/'))
  const portal = openPortal({ fixture: defaultFixture })
  const results = []
  for (const options of [{}, { smtp: 'smtp://127.0.0.1:${port}' }]) {
    const app = await createServer({ portals: [portal], ...options })
    const key = mintConfirmationKey(portal, portal.ownerId)
    await app.ready()
    const before = isLoaded()
    const { statusCode } = await app.inject({
      method: 'POST', url: '/api/2.0/portal/sendcongratulations?userid=' + portal.ownerId + '&key=' + key,
    })
    const { length } = portal.store.outbox.list()
    await app.close()
    results.push({ statusCode, before, length, after: isLoaded() })
  }
  console.log(JSON.stringify(results))
  portal.close()
`

t.test('a server that has no mail to deliver loads nothing for it', async (t) => {
  const { port } = await smtpInbox(t)
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program(port)])
  t.strictSame(JSON.parse(stdout), [
    { statusCode: 200, before: false, length: 1, after: false },
    { statusCode: 200, before: false, length: 2, after: true },
  ])
})
