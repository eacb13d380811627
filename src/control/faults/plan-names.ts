/** The names of the plans that there always are. */
export const PLAN_NAMES = [
  'flaky-10-percent',
  'bad-gateway',
  'slow-sign-in',
  'slow-network',
  'lossy-network',
  'lost-answers',
  'rate-limited',
  'schema-drift',
] as const

/** The name of a plan that there always is. */
export type PlanName = (typeof PLAN_NAMES)[number]
