import assert from 'node:assert/strict'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ProfileName } from '../../../src/domain/profile.ts'
import { type RunningServer, start } from '../../../src/start.ts'
import { type CalledPortal, expectations } from './expectations.ts'

const PROFILES: readonly ProfileName[] = ['documented', 'server']

/** Portals that generated clients call. */
export interface CalledPortals extends AsyncDisposable {
  portals: readonly CalledPortal[]
  /** A directory with a file of expectations for each: its name and `.json`. */
  expectations: string
}

/** Starts a server for each profile. Of each the first portal is called, and one that is made because it is named. */
export async function startPortals(expectationsDirectory: string): Promise<CalledPortals> {
  // dates without an offset, which MySQL deployments send, are more than these clients take
  const servers = await Promise.all(PROFILES.map((profile) => start({ port: 0, profile, dates: 'postgresql' })))
  const portals = servers.flatMap((server, i) => portalsOf(server, PROFILES[i] as ProfileName))
  await mkdir(expectationsDirectory)
  for (const portal of portals) {
    await writeFile(join(expectationsDirectory, `${portal.name}.json`), JSON.stringify(await expectations(portal)))
  }
  return {
    portals,
    expectations: expectationsDirectory,
    [Symbol.asyncDispose]: async () => {
      for (const { close } of servers) await close()
    },
  }
}

function portalsOf({ url, portals: [first], app }: RunningServer, profile: ProfileName): CalledPortal[] {
  const named = app.portals.obtain('below')
  assert.ok(named)
  return [
    { name: profile, profile, url, portal: first },
    { name: `${profile}-below-name`, profile, url: `${url}/@below`, portal: named },
  ]
}
