import { createHash } from 'node:crypto'
import { sender } from '../../src/conformance/http.ts'
import { verify } from '../../src/conformance/verify.ts'
import type { ProfileName } from '../../src/domain/profile.ts'
import { start } from '../../src/start.ts'
import { NOW } from '../helper.ts'

/** The archive of a profile that is committed. `npm run record` makes it anew. */
export function archiveFile(profile: ProfileName): URL {
  return new URL(`${profile}.har`, import.meta.url)
}

/** Records every case of a profile from a mock whose time stands still, so that the archive is always the same. */
export async function recordArchive(profile: ProfileName): Promise<string> {
  await using server = await start({ port: 0, profile, clock: { now: () => NOW }, randomBytes: countedBytes() })
  const { har } = await verify({
    url: 'http://localhost:8092',
    profile,
    allowWrites: true,
    now: NOW,
    send: sender(new URL(server.url)),
  })
  return withoutMoments(har())
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
