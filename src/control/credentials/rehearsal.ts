import { setImmediate } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'
import { FULL_ACCESS, hasScope, type Scope } from '../../domain/scopes.ts'
import { perSlot } from '../../store/per-portal.ts'
import type { PortalSlot } from '../../store/portal-slot.ts'
import type { PortalState } from '../../store/portal-state.ts'
import type { KnownUser } from '../../store/users.ts'
import { type GuardedRequest, guardedRequests } from './guarded-operations.ts'
import type { Credential } from './schemes.ts'

/** Puts a server like the one that is controlled in front of one portal, whose links begin with an origin. */
export interface CreateServer {
  (portal: PortalSlot, origin: string): Promise<FastifyInstance>
  /** Whether there is a custom guard or identity service, which may treat each user differently. */
  judgesUsers: boolean
}

/** Where requests are rehearsed. */
export interface Stage {
  slot: PortalSlot
  /** What the portal's own links begin with, as the client sees it. */
  root: string
  /** `/@name` where the client has named the portal by a path or a header, else nothing. */
  portalPath: string
  createServer: CreateServer
}

/** The result of the guards for a credential. */
interface Proof {
  /** The status of a request that only requires a caller. */
  status: number
  /** `null`: no guard accepted it. */
  scopes: readonly Scope[] | null
  isApiKey: boolean
}

/** Reveals the result of the guards: every caller with the required scopes may call this operation. */
const PROBE = 'getSelfProfile'

/** Rehearsed results of a portal, valid until its next write. */
const memories = perSlot((): Memory => ({ state: null, revision: 0, proofs: new Map(), statuses: new Map() }))

interface Memory {
  state: PortalState | null
  revision: number
  proofs: Map<string, Promise<Proof>>
  statuses: Map<string, Promise<number>>
}

/**
 * Finds the status of requests with a credential. Sends them to a copy of the portal, behind a server like the real
 * one, and only one of those that get the same response: guards judge a credential by how it was made, and operations
 * judge a caller by role and scopes. So the work doesn't grow with the number of users.
 */
export class Rehearsal {
  readonly #stage: Stage
  readonly #memory: Memory
  #copy: Promise<{ app: FastifyInstance; slot: PortalSlot }> | undefined

  constructor(stage: Stage) {
    this.#stage = stage
    this.#memory = memoryOf(stage.slot)
  }

  /** The status of each request with a credential of a user, by its operation. */
  async statusesOf(
    credential: Credential,
    user: KnownUser,
    requests: readonly GuardedRequest[],
  ): Promise<Record<string, number>> {
    const proof = await this.#proofOf(credential, user)
    const statuses: Record<string, number> = {}
    for (const request of requests) {
      statuses[request.operationId] =
        statusOfGate(request, proof) ?? (await this.#statusOf(request, proof, credential, user))
    }
    return statuses
  }

  /** Closes the copy. */
  async close(): Promise<void> {
    if (this.#copy === undefined) return
    const { app, slot } = await this.#copy
    await app.close()
    slot.close()
  }

  #proofOf({ scheme, sentAs, kind, headers }: Credential, user: KnownUser): Promise<Proof> {
    const key = this.#keyOf(scheme, sentAs, kind, user.status, ...peculiaritiesOf(user), this.#userOf(user))
    return remembered(this.#memory.proofs, key, async () => {
      const probe = guardedRequests(this.#stage.slot).find(({ operationId }) => operationId === PROBE) as GuardedRequest
      const { status, caller } = await this.#ask(probe, headers)
      return { status, scopes: caller?.scopes ?? null, isApiKey: caller !== null && caller.apiKeyId !== null }
    })
  }

  #statusOf(request: GuardedRequest, proof: Proof, { scheme, headers }: Credential, user: KnownUser): Promise<number> {
    const { status, scopes, isApiKey } = proof
    const role = scopes === null ? [scheme, status] : [user.type, user.id === this.#stage.slot.ownerId]
    const isFull = scopes !== null && hasScope(scopes, [FULL_ACCESS])
    const by = request.judgesCredential ? [isApiKey, isFull] : []
    const key = this.#keyOf(request.operationId, ...role, ...by, this.#userOf(user))
    return remembered(this.#memory.statuses, key, async () => (await this.#ask(request, headers)).status)
  }

  #keyOf(...parts: unknown[]): string {
    const { root, portalPath } = this.#stage
    return JSON.stringify([root, portalPath, ...parts])
  }

  #userOf({ id }: KnownUser): string | null {
    return this.#stage.createServer.judgesUsers ? id : null
  }

  async #ask({ method, path, body }: GuardedRequest, headers: Record<string, string>) {
    this.#copy ??= this.#makeCopy()
    const { app, slot } = await this.#copy
    const journal = app.journalOf(slot)
    const recorded = new Promise<void>((resolve) => {
      const unwatch = journal.watch(() => {
        unwatch()
        resolve()
      })
    })
    const url = this.#stage.portalPath + path
    const send = () => app.inject({ method, url, headers, ...(body && { payload: body }) })
    const { statusCode } = await slot.state.rehearse(send)
    await recorded
    // other requests are answered in between
    await setImmediate()
    return { status: statusCode, caller: journal.find(journal.last)?.exchange.caller ?? null }
  }

  async #makeCopy() {
    const { slot, root, createServer } = this.#stage
    const copy = await slot.copy()
    copy.changeSettings({ rateLimits: null })
    return { app: await createServer(copy, new URL(root).origin), slot: copy }
  }
}

/** The status from the gate; `undefined`: the request passes, or there is no gate. */
function statusOfGate({ scopes: sufficient }: GuardedRequest, { status, scopes }: Proof): number | undefined {
  if (sufficient === null) return undefined
  if (scopes === null) return status
  return hasScope(scopes, sufficient) ? undefined : 403
}

/** Properties of a user that guards check besides the credential and the status of the account. */
function peculiaritiesOf({ sid, email, seedPassword }: KnownUser): boolean[] {
  return [sid !== null, email.includes(':'), seedPassword?.trim() === '']
}

function memoryOf(slot: PortalSlot): Memory {
  const memory = memories(slot)
  const { state } = slot
  const { revision } = state.store
  if (memory.state === state && memory.revision === revision) return memory
  return Object.assign(memory, { state, revision, proofs: new Map(), statuses: new Map() })
}

/** @param find isn't cached if it fails */
function remembered<Found>(known: Map<string, Promise<Found>>, key: string, find: () => Promise<Found>) {
  let found = known.get(key)
  if (found === undefined) {
    found = find()
    known.set(key, found)
    found.catch(() => known.delete(key))
  }
  return found
}
