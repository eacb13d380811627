import type { Portal } from '../store/portal.ts'
import type { schemaCheck } from '../store/schema-check.ts'

/** A state that can't be had. The message says what was wrong with it, or with its parameters. */
export class StateError extends Error {
  override readonly name = 'StateError'
}

/** What a state is brought about with. */
export interface StateRequest {
  portal: Portal
  /** What the portal's own links begin with, as the client sees it. */
  root: string
  /** The words that stand in the places of the state's variable parts. */
  words: readonly string[]
  params: Readonly<Record<string, unknown>>
}

/** Values that a consumer may put into its requests. */
export type StateValues = Record<string, string | number>

/** One thing that can be so. Bringing it about twice is the same as once. */
export interface ProviderState {
  /** As a consumer says it, with `<…>` for the parts that vary. */
  name: string
  /** Other ways to say it, and the same with its variable parts. */
  pattern: RegExp
  /** What it does and gives. */
  description: string
  /** Its parameters: names and what they take. */
  params?: Record<string, string>
  /** Holds the parameters against their schema. */
  check?: ReturnType<typeof schemaCheck>
  /** @throws StateError before anything has changed */
  setup: (request: StateRequest) => StateValues | Promise<StateValues>
}
