import type { ValidationErrors } from '../../wire/problem.ts'

const MOST_USES = 1000

/** What is wrong with how many may use a link. */
export function invalidUseCount(maxUseCount: number | null): ValidationErrors {
  if (maxUseCount === null || (maxUseCount >= 1 && maxUseCount <= MOST_USES)) return {}
  return { MaxUseCount: [`The field MaxUseCount must be between 1 and ${MOST_USES}.`] }
}
