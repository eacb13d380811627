import type { FaultAnswer } from './definition.ts'

/** Whose body an answer has. */
export type AnswerKind = 'error' | 'problem' | 'empty' | 'proxy' | 'own'

/** What DocSpace, or a proxy in front of it, usually gives with a status. All others come without a body. */
const usual = new Map<number, AnswerKind>([
  [400, 'error'],
  [402, 'problem'],
  [403, 'error'],
  [404, 'error'],
  [500, 'error'],
  [502, 'proxy'],
  [503, 'proxy'],
  [504, 'proxy'],
])

const allowed: Record<AnswerKind, (status: number) => boolean> = {
  error: (status) => [400, 401, 403, 404, 500].includes(status),
  problem: (status) => [402, 403, 404].includes(status),
  empty: () => true,
  proxy: (status) => status >= 400,
  own: () => true,
}

/** Whose body an answer has: what was asked for, else what is usual for its status. */
export function kindOf({ as, body, status }: FaultAnswer): AnswerKind {
  if (body !== undefined) return 'own'
  return as ?? usual.get(status) ?? 'empty'
}

/** Whether there are bodies of a kind with a status. */
export function allows(kind: AnswerKind, status: number): boolean {
  return allowed[kind](status)
}
