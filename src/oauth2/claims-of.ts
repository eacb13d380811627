import { decodePart } from '../domain/json-web-token.ts'

/** What a JSON Web Token says, or nothing where it is none. It is not checked. */
export function claimsOf(token: string): Record<string, unknown> {
  return decodePart(token.split('.')[1] ?? '') ?? {}
}
