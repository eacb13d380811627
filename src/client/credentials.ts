import type { FixtureUser } from '../store/fixture.ts'
import type { ControlRequests } from './request.ts'

/** For whom a credential is minted, and for how long. */
export interface MintOptions {
  /** Id, e-mail, name or role; the owner unless given. */
  user?: string
  /** Seconds; negative: it has expired. */
  expiresIn?: number
}

/** A credential, and the headers by which it is sent. */
export type Minted<Name extends string> = { userId: string; headers: Record<string, string> } & Record<Name, string>

/** A ready-made credential, and what the server answers to it. */
export interface ReadyCredential {
  userId: string
  email: string
  scheme: string
  /** The header, cookie or parameter in which it is sent. */
  sentAs: string
  /** `valid`, `expired`, `revoked`, … */
  kind: string
  headers: Record<string, string>
  /** By operationId. */
  statuses: Record<string, number>
}

/** Credentials for whoever and however wanted. */
export class CredentialsControl {
  readonly #requests: ControlRequests

  constructor(requests: ControlRequests) {
    this.#requests = requests
  }

  /** What a sign-in would give. */
  sessionToken(options: MintOptions & { signIn?: boolean } = {}): Promise<Minted<'sessionToken'>> {
    return this.#mint('session-token', options)
  }

  apiKey(
    options: MintOptions & { key?: string; name?: string; permissions?: string[]; active?: boolean } = {},
  ): Promise<Minted<'id' | 'apiKey'>> {
    return this.#mint('api-key', options)
  }

  /** @param options.claims claims to add or to put in the place of the usual ones; `null` leaves one out */
  accessToken(
    options: MintOptions & {
      scopes?: string[]
      clientId?: string
      algorithm?: 'ES256' | 'RS256'
      claims?: Record<string, unknown>
    } = {},
  ): Promise<Minted<'accessToken'>> {
    return this.#mint('access-token', options)
  }

  /** What `sendcongratulations` wants, and the whole query of a request to it. */
  confirmationKey(options: MintOptions = {}): Promise<{ userId: string; confirmationKey: string; query: string }> {
    return this.#mint('confirmation-key', options)
  }

  invitation(options: MintOptions & { type?: FixtureUser['type'] } = {}): Promise<Minted<'invitationKey' | 'link'>> {
    return this.#mint('invitation', options)
  }

  /** One of each kind for everybody, with the status that the server answers to it on each operation. */
  async list(
    filter: { user?: string; operation?: string; scheme?: string; kind?: string } = {},
  ): Promise<ReadyCredential[]> {
    const all: ReadyCredential[] = []
    const pages = this.#requests.pages<{ credentials: ReadyCredential[] }>('credentials', filter)
    for await (const { credentials } of pages) all.push(...credentials)
    return all
  }

  #mint<Result>(kind: string, options: object): Promise<Result> {
    return this.#requests.json(`credentials/${kind}`, { method: 'POST', body: options })
  }
}
