import type { Adapter, AdapterPayload } from 'oidc-provider'
import type { OAuth2Artifact } from '../store/oauth2-artifacts.ts'
import type { Portal } from '../store/portal.ts'
import { portalTime } from './portal-time.ts'

/** How long what has ended is kept, in ms: the portal's clock may be set back. */
const KEPT = 24 * 60 * 60 * 1000

/** Keeps what the provider remembers in a portal's store, in the portal's time. */
export class PortalAdapter implements Adapter {
  readonly #model: string
  readonly #portal: Portal

  /** @param model the provider's name for what this one keeps */
  constructor(model: string, portal: Portal) {
    this.#model = model
    this.#portal = portal
  }

  async upsert(id: string, payload: AdapterPayload, expiresIn = 0): Promise<void> {
    const { store, clock } = this.#portal
    const { grantId = null, uid = null } = payload
    const expiresAt = (Math.floor(clock.now() / 1000) + expiresIn) * 1000
    store.transaction(() => {
      store.oauth2Artifacts.prune(clock.now() - KEPT)
      const inPortalTime = portalTime(this.#portal).toPortal(payload)
      store.oauth2Artifacts.put({
        model: this.#model,
        id,
        grantId,
        uid: uid as string | null,
        payload: inPortalTime,
        expiresAt,
      })
      // a grant holds as long as what has come of it, and refresh tokens are renewed without end
      if (grantId !== null) store.oauth2Artifacts.prolong('Grant', grantId, expiresAt)
    })
  }

  async find(id: string): Promise<AdapterPayload | undefined> {
    return this.#toPayload(this.#portal.store.oauth2Artifacts.find(this.#model, id))
  }

  async findByUid(uid: string): Promise<AdapterPayload | undefined> {
    return this.#toPayload(this.#portal.store.oauth2Artifacts.findByUid(this.#model, uid))
  }

  /** Only devices without a browser have user codes, and DocSpace has no grant for them. */
  async findByUserCode(): Promise<undefined> {}

  async consume(id: string): Promise<void> {
    const { store, clock } = this.#portal
    store.oauth2Artifacts.consume(this.#model, id, clock.now())
  }

  async destroy(id: string): Promise<void> {
    this.#portal.store.oauth2Artifacts.remove(this.#model, id)
  }

  async revokeByGrantId(grantId: string): Promise<void> {
    const { oauth2AccessTokens, oauth2Artifacts } = this.#portal.store
    // these carry what they say themselves
    if (this.#model === 'AccessToken') oauth2AccessTokens.revokeByGrant(grantId)
    else oauth2Artifacts.removeByGrant(this.#model, grantId)
  }

  #toPayload(artifact: OAuth2Artifact | undefined): AdapterPayload | undefined {
    if (artifact === undefined) return undefined
    const { payload, expiresAt, consumedAt } = artifact
    const kept = {
      ...payload,
      exp: expiresAt / 1000,
      ...(consumedAt !== null && { consumed: Math.floor(consumedAt / 1000) }),
    }
    return portalTime(this.#portal).toMachine(kept)
  }
}
