import { createHash } from 'node:crypto'
import { sender } from '../../src/conformance/http.ts'
import { verify } from '../../src/conformance/verify.ts'
import type { ProfileName } from '../../src/domain/profile.ts'
import { type RunningServer, start } from '../../src/start.ts'
import { exportFixture } from '../../src/store/export-fixture.ts'
import { NOW } from '../helper.ts'

/** The archive of a profile that is committed. `npm run record` makes it anew. */
export function archiveFile(profile: ProfileName): URL {
  return new URL(`${profile}.har`, import.meta.url)
}

const ORIGIN = 'http://localhost:8092'

/** Records every case of a profile from a mock whose time stands still, so that the archive is always the same. */
export async function recordArchive(profile: ProfileName): Promise<string> {
  await using server = await startForArchive(profile)
  const send = sender(new URL(server.url))
  const { har } = await verify({ url: ORIGIN, profile, allowWrites: true, now: NOW, send })
  return withoutMoments(har())
}

/**
 * Records the cases from a portal made on demand, of which verify knows what its fixture says.
 *
 * @returns the archive, in which the portal has the address, the alias and the tenant id of the first one
 */
export async function recordPortal(profile: ProfileName, name: string): Promise<string> {
  await using server = await startForArchive(profile)
  const portal = server.app.portals.create(name)
  const { har } = await verify({
    url: `${ORIGIN}/@${name}`,
    profile,
    fixture: exportFixture(portal),
    allowWrites: true,
    now: NOW,
    send: sender(new URL(server.url)),
  })
  return withoutMoments(har())
    .replaceAll(new RegExp(`\\b${portal.tenantId}\\b`, 'g'), '1')
    .replaceAll(`path=/@${name}`, 'path=/')
    .replaceAll(`/@${name}`, '')
    .replaceAll(`\\"tenantAlias\\":\\"${name}`, '\\"tenantAlias\\":\\"localhost')
}

function startForArchive(profile: ProfileName): Promise<RunningServer> {
  return start({ port: 0, profile, clock: { now: () => NOW }, randomBytes: countedBytes() })
}

/** Bytes that look random and are the same in each run. */
function countedBytes(): (size: number) => Buffer {
  let count = 0
  return (size) => createHash('shake256', { outputLength: size }).update(String(count++)).digest()
}

/** What depends on the moment or on the machine's speed is made the same. */
function withoutMoments(har: string): string {
  return har
    .replace(/"startedDateTime":"[^"]+","time":\d+/g, `"startedDateTime":"${new Date(NOW).toISOString()}","time":0`)
    .replace(/"wait":\d+/g, '"wait":0')
    .replace(/aspnetcore-request-time;dur=\d+ms/g, 'aspnetcore-request-time;dur=0ms')
    .replace(/("name":"Date","value":)"[^"]+"/gi, `$1"${new Date(NOW).toUTCString()}"`)
}
