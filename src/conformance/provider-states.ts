import type { PortalSettings } from '../domain/settings.ts'
import type { Send } from './http.ts'

/** What an access token is to be like. It is the owner's. */
export interface AccessTokenRequest {
  scopes: readonly string[]
  algorithm?: 'ES256' | 'RS256'
  /** Seconds; negative: it has expired. */
  expiresIn?: number
  /** Claims to add or to change; `null` leaves one out. */
  claims?: Record<string, unknown>
}

/**
 * What the mock lets a test arrange, by the endpoint that it has for Pact's provider states. Every other server has no
 * such thing.
 */
export class ProviderStates {
  readonly #send: Send
  readonly #target: string

  /** @param base the path that the portal stands below, without a slash at the end */
  constructor(send: Send, base: string) {
    this.#send = send
    this.#target = `${base}/__mock/provider-states`
  }

  /** Changes settings of the portal until {@link undo}. @returns whether the server lets anybody do that */
  async changeSettings(settings: Partial<PortalSettings>): Promise<boolean> {
    return (await this.#call({ state: 'the settings are', params: settings, action: 'setup' })) !== undefined
  }

  /** Puts everything back. */
  async undo(): Promise<void> {
    await this.#call({ state: 'the settings are', params: {}, action: 'teardown' })
  }

  /** Has an access token signed. @returns `undefined` where the server does that for nobody */
  async accessToken(params: AccessTokenRequest): Promise<string | undefined> {
    const answer = await this.#call({ state: 'an access token', params: { user: 'owner', ...params }, action: 'setup' })
    return answer?.accessToken
  }

  /** @returns what the server gave, or `undefined` where it has no such endpoint, or none that says yes */
  async #call(body: object): Promise<Record<string, string> | undefined> {
    const headers = [
      ['Content-Type', 'application/json'],
      ['Accept', 'application/json'],
    ] as const
    try {
      const answer = await this.#send({ method: 'POST', target: this.#target, headers, body: JSON.stringify(body) })
      return answer.status === 200 ? JSON.parse(answer.body) : undefined
    } catch {
      return undefined
    }
  }
}
