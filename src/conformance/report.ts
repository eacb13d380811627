import type { ProfileName } from '../domain/profile.ts'

/** What became of a case. */
export interface Outcome {
  id: string
  what: string
  /** Method and target, with names in the place of what depends on the portal. */
  request: string
  status: 'passed' | 'failed' | 'skipped'
  /** What differs, or why nothing was sent. Credentials stand there by their names. */
  reason?: string
  /** Milliseconds. */
  duration: number
}

/** What became of the cases about one operation. */
export interface OperationReport {
  name: string
  outcomes: Outcome[]
}

/** What became of all of them. */
export interface Report {
  /** The server. */
  url: string
  profile: ProfileName
  /** Milliseconds. */
  duration: number
  passed: number
  failed: number
  skipped: number
  operations: OperationReport[]
}

/** Adds up what became of the cases. */
export function reportOf(operations: OperationReport[], about: Pick<Report, 'url' | 'profile' | 'duration'>): Report {
  const outcomes = operations.flatMap(({ outcomes }) => outcomes)
  return {
    ...about,
    passed: countOf(outcomes, 'passed'),
    failed: countOf(outcomes, 'failed'),
    skipped: countOf(outcomes, 'skipped'),
    operations,
  }
}

/** Counts outcomes of one kind. */
export function countOf(outcomes: readonly Outcome[], status: Outcome['status']): number {
  return outcomes.filter((outcome) => outcome.status === status).length
}
