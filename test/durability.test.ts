import { once } from 'node:events'
import { readdirSync, statSync, watch } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { defaultFixture } from '../src/start.ts'
import { openPortal } from '../src/store/portal-slot.ts'
import { beginCommand } from './command.ts'

// npm run test:stress kills processes while clients write
t.setTimeout(180_000)

/** How many bytes of a portal there are when some of its people, and not all, have been made up. */
const BEGUN = 40_000_000

t.test('a process killed while it makes people up leaves no half portal', async (t) => {
  const dataDirectory = t.testdir()
  const watcher = watch(dataDirectory)
  t.teardown(() => watcher.close())
  const { child, ended, printed } = beginCommand(t, ['--port', '0', '--data', dataDirectory, '--users', '1000000'])
  while (sizeOf(dataDirectory) < BEGUN) await once(watcher, 'change')
  child.kill('SIGKILL')
  t.equal((await ended).signal, 'SIGKILL')
  t.equal(printed.stdout, '')
  const portal = openPortal({ fixture: defaultFixture, dataDirectory, generatedUsers: 10 })
  t.teardown(() => portal.close())
  t.equal(portal.store.users.count(), 16)
})

function sizeOf(directory: string): number {
  return readdirSync(directory).reduce(
    (sum, file) => sum + (statSync(join(directory, file), { throwIfNoEntry: false })?.size ?? 0),
    0,
  )
}
