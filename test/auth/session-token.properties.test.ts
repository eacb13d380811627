import fc from 'fast-check'
import t from 'tap'
import { mintSessionToken } from '../../src/auth/mint.ts'
import { sessionTokenGuard } from '../../src/auth/session-token.ts'
import { people, testPortal } from '../helper.ts'
import { holds, mutated } from '../properties.ts'
import { asker } from './ask.ts'

const RUNS = 200

/**
 * The Base64 of the two blocks with the hash of the client's address, which nobody reads and which AES-CBC doesn't
 * protect: all that counts stands in front of it and behind it.
 */
const UNREAD = { begin: 20, end: 64 }

t.test('a token with another character in it opens nothing', async (t) => {
  const portal = testPortal(t)
  const ask = await asker(t, sessionTokenGuard(), { portal })
  const token = mintSessionToken(portal, people.owner)
  const bytes = Buffer.from(token, 'base64')
  t.equal((await ask({ headers: { authorization: token } })).status, 200)

  await holds(
    fc.asyncProperty(
      fc.nat(token.length - 1),
      fc.constantFrom(...'ABCDwxyz0189/+='),
      fc.constantFrom('authorization', 'cookie', 'query'),
      async (at, character, place) => {
        const wrong = mutated(token, at, character)
        fc.pre(at < UNREAD.begin || at >= UNREAD.end)
        // the last bits of Base64 may mean nothing
        fc.pre(wrong !== null && !Buffer.from(wrong, 'base64').equals(bytes))
        const encoded = encodeURIComponent(wrong)
        const requests = {
          authorization: { headers: { authorization: wrong } },
          cookie: { headers: { cookie: `asc_auth_key=${encoded}` } },
          query: { url: `/api/2.0/portal/userscount?asc_auth_key=${encoded}` },
        }
        return (await ask(requests[place])).status === 401
      },
    ),
    RUNS,
  )(t)
})

t.test('a token of another machine key or portal opens nothing', async (t) => {
  const portal = testPortal(t)
  const ask = await asker(t, sessionTokenGuard(), { portal })

  await holds(
    fc.asyncProperty(fc.string({ unit: 'grapheme-ascii', minLength: 4 }), async (machineKey) => {
      fc.pre(machineKey.slice(-4) !== portal.machineKey.slice(-4))
      const other = testPortal(t, { machineKey })
      const token = mintSessionToken(other, people.owner)
      return (await ask({ headers: { authorization: token } })).status === 401
    }),
    20,
  )(t)
})
