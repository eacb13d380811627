import type { FastifyRequest } from 'fastify'
import { nearestTo } from '../domain/spelling.ts'

/** Wrong names that clients use for a member. */
const synonyms: Record<string, RegExp> = {
  userName: /^(e-?mail|mail|login|user|name|account|id|user_?id|user_name)$/i,
  password: /^(pass|passwd|pwd|secret|pass_word|pass-?phrase)$/i,
  email: /^(mail|e-mail|e_mail|login|user_?name)$/i,
  firstName: /^(first|first_name|given_?name|name)$/i,
  key: /^(link|invite_?key|confirm|link_?key|code|token)$/i,
}

/**
 * Says that a member of the JSON body is missing, and which member the client sent instead.
 *
 * @param known the members that are read
 */
export function missingMember(request: FastifyRequest, name: string, known: Iterable<string>): string {
  const read = new Set([...known].map((member) => member.toLowerCase()))
  const others = namesIn(request).filter((member) => !read.has(member.toLowerCase()))
  const sent =
    others.find((member) => synonyms[name]?.test(member)) ?? others.find((member) => nearestTo(member, [name], String))
  return sent === undefined ? `${name} is missing` : `${name} is missing; the body has ${sent}, which is not read`
}

function namesIn({ body }: FastifyRequest): string[] {
  try {
    return Object.keys(JSON.parse(String(body)))
  } catch {
    // .NET accepts bodies that `JSON.parse` rejects
    return []
  }
}
