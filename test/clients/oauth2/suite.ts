import { fileURLToPath } from 'node:url'
import { start } from '../../../src/start.ts'
import { oauth2Clients } from '../../helper.ts'
import { runPytest } from '../pytest.ts'
import type { Tally } from '../tally.ts'
import { virtualEnvironment } from '../venv.ts'

const NAME = 'authlib and requests-oauthlib'
const DIRECTORY = fileURLToPath(new URL('.', import.meta.url))
const REQUIREMENTS = ['authlib>=1.3', 'requests-oauthlib>=2', 'pytest>=8']

/** Goes through OAuth2 and OpenID Connect with Python's libraries, in both profiles. */
export async function runOAuth2Libraries(tally: Tally, { signal }: { signal: AbortSignal }): Promise<void> {
  try {
    const python = await virtualEnvironment('oauth2', REQUIREMENTS, signal)
    await using documented = await start({ port: 0, profile: 'documented' })
    await using server = await start({ port: 0, profile: 'server' })
    const runs = Object.entries({ documented, server }).map(([profile, { url }]) => ({
      name: `${NAME}, ${profile}`,
      variables: { MOCK_URL: url, MOCK_PROFILE: profile, MOCK_CLIENTS: JSON.stringify(oauth2Clients) },
    }))
    await runPytest({ python, directory: DIRECTORY }, runs, tally, signal)
  } catch (error) {
    tally.fail(NAME, (error as Error).message)
  }
}
