import { writeFile } from 'node:fs/promises'
import { createGuard, GUARD_NAMES } from '../src/auth/guards.ts'
import { describeControl } from '../src/control/document.ts'
import { portalIdentityService } from '../src/oauth2/identity-service.ts'
import { createDescribedApp } from '../src/openapi/document.ts'
import { fixtureSchema } from '../src/store/fixture-schema.ts'

/** Where the mock listens unless told otherwise, for clients that are generated from the file. */
const SERVER_URL = 'http://localhost:8092'

/** Makes the files that are generated from the program: their places, and what is to be in them. */
export async function generatedFiles(): Promise<{ url: URL; text: string }[]> {
  const guards = GUARD_NAMES.map((name) => createGuard(name, portalIdentityService))
  const app = await createDescribedApp({ guards, serverUrl: SERVER_URL, roleNames: true })
  await app.ready()
  const document = app.swagger()
  await app.close()
  return [
    file('openapi.json', document),
    file('control.json', await describeControl()),
    file('../fixtures/portal.schema.json', fixtureSchema),
  ]
}

function file(path: string, content: object) {
  return { url: new URL(path, import.meta.url), text: `${JSON.stringify(content, null, 2)}\n` }
}

if (import.meta.main) {
  for (const { url, text } of await generatedFiles()) await writeFile(url, text)
}
