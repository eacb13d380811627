import type { Person } from './case.ts'
import { parseBody } from './comparison.ts'
import type { Send } from './http.ts'
import type { KnownPerson } from './subject.ts'
import { VerifyError } from './verify-error.ts'

/**
 * Asks a portal who somebody is.
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
  const target = `${base}/api/2.0/people/@self`
  const answer = await send({ method: 'GET', target, headers: [['Authorization', authorization]], body: '' })
  if (answer.status === 401 || answer.status === 403) {
    throw new VerifyError(`the credential for ${person} is refused: GET ${target} answers ${answer.status}`)
  }
  const { response } = (parseBody(answer) ?? {}) as { response?: { id?: unknown; email?: unknown } }
  return {
    ...(typeof response?.id === 'string' && { id: response.id.toLowerCase() }),
    ...(typeof response?.email === 'string' && { email: response.email }),
  }
}
