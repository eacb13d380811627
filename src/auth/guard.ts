import type { FastifyRequest } from 'fastify'
import type { Profile } from '../domain/profile.ts'
import { FULL_ACCESS, type Scope } from '../domain/scopes.ts'
import type { Portal } from '../store/portal.ts'
import type { StoredUser } from '../store/users.ts'

/** How OpenAPI describes a security scheme. */
export type SecurityScheme =
  | { type: 'apiKey'; in: 'cookie' | 'header' | 'query'; name: string; description?: string }
  | { type: 'http'; scheme: string; bearerFormat?: string; description?: string }
  | { type: 'oauth2'; flows: Record<string, unknown>; description?: string }
  | { type: 'openIdConnect'; openIdConnectUrl: string; description?: string }

/** What a guard thinks of one credential. */
export type Verdict = Accepted | Refused

/** The credential holds. */
export interface Accepted {
  user: StoredUser
  scopes: readonly Scope[]
  /** The API key that the credential is, by its id. */
  apiKeyId?: string
  /** Headers that the answer gets, whatever becomes of the request. */
  headers?: AnswerHeaders
}

/** The credential doesn't hold. */
export interface Refused {
  /** Why, for the log, the journal and the explain header: the answer doesn't tell. */
  refused: string
  /** Whether the credential belongs to a user of the portal: of several refusals such a one tells most. */
  isKnown?: boolean
  headers?: AnswerHeaders
}

/** Headers of an answer. Several values make several header lines. */
export type AnswerHeaders = Record<string, string | string[]>

/** What a guard may answer: one verdict for each credential of its kind, in the order they should be tried. */
export type Verdicts = Verdict | readonly Verdict[] | null

/** A request, with the portal that it is for and the contract that the server speaks. */
export type PortalRequest = FastifyRequest & { portal: Portal; profile: Profile }

/** One way to prove who is calling. */
export interface AuthGuard {
  /** Its name, in `--auth`, in explanations and in the OpenAPI document. */
  readonly name: string
  /** How the OpenAPI document describes it. */
  readonly securityScheme: SecurityScheme
  /** Scopes that the OpenAPI document lists with it. */
  readonly documentedScopes?: readonly string[]
  /**
   * Looks at a request; every one, those to unknown paths included.
   *
   * @returns `null` where the request has no credential of this kind
   */
  authenticate(request: PortalRequest): Verdicts | Promise<Verdicts>
}

/** Says that a credential holds. Without scopes it is good for everything. */
export function accept(user: StoredUser, scopes: readonly Scope[] = [FULL_ACCESS]): Accepted {
  return { user, scopes }
}

/** Says why a credential doesn't hold. */
export function refuse(reason: string): Refused {
  return { refused: reason }
}

/** Says why a credential that belongs to a user of the portal doesn't hold. */
export function refuseKnown(reason: string): Refused {
  return { refused: reason, isKnown: true }
}

/** Tells the two verdicts apart. */
export function isAccepted(verdict: Verdict): verdict is Accepted {
  return 'user' in verdict
}
