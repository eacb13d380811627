import { setTimeout } from 'node:timers/promises'
import { giveBackAtRest } from '../src/rest.ts'
import { createServer } from '../src/server.ts'
import { defaultFixture } from '../src/start.ts'
import { openPortal } from '../src/store/portal-slot.ts'
import { apiKey } from './helper.ts'

/** How many portals are used. */
const PORTALS = 500

/** How long the memory may take to shrink, in ms. */
const PATIENCE = 30_000

// a separate process, since memory used by other tests isn't returned
const portal = openPortal({ fixture: defaultFixture })
const app = await createServer({ portals: [portal], maxMemory: 64 })
const headers = { authorization: `Bearer ${apiKey('1')}` }
const use = (name: string) => app.inject({ url: `/@${name}/api/2.0/people/@self`, headers })
const resident = () => Math.round(process.memoryUsage.rss() / 1024 / 1024)

for (let n = 0; n < 100; n++) await use('localhost')
const before = resident()
const stop = giveBackAtRest(app, 100)
for (let n = 0; n < PORTALS; n++) await use(`p${n}`)
const burst = resident()
const end = Date.now() + PATIENCE
const isAwake = () => app.portals.list().some((slot) => slot !== portal && !slot.state.isAsleep)
while ((isAwake() || resident() > before * 1.4) && Date.now() < end) await setTimeout(50)
process.stdout.write(JSON.stringify({ before, burst, after: resident() }))
stop()
await app.close()
portal.close()
