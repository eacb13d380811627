import type { Person } from './case.ts'
import { parseBody } from './comparison.ts'
import type { Send } from './http.ts'
import type { KnownPerson } from './subject.ts'
import { VerifyError } from './verify-error.ts'

/**
 * Asks a portal who somebody is, after whether it knows them at all.
 *
 * @param authorization the credential that is known of them
 * @param base the path that the portal stands below
 * @returns their id and e-mail, or nothing where the portal doesn't say
 * @throws VerifyError where the credential is refused
 */
export async function identify(
  person: Person,
  authorization: string,
  send: Send,
  base: string,
): Promise<Pick<KnownPerson, 'id' | 'email'>> {
  const ask = (target: string) => send({ method: 'GET', target, headers: [['Authorization', authorization]], body: '' })
  const count = `${base}/api/2.0/portal/userscount`
  if ((await ask(count)).status === 401) {
    throw new VerifyError(`the credential for ${person} is refused: GET ${count} answers 401`)
  }
  const self = parseBody(await ask(`${base}/api/2.0/people/@self`)) as { response?: { id?: unknown; email?: unknown } }
  const { id, email } = self?.response ?? {}
  return {
    ...(typeof id === 'string' && { id: id.toLowerCase() }),
    ...(typeof email === 'string' && { email }),
  }
}
