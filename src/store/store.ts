import type { PortalSettings } from '../domain/settings.ts'
import { ApiKeys } from './api-keys.ts'
import { AuditEvents } from './audit-events.ts'
import type { Database } from './database.ts'
import { InvitationLinks } from './invitation-links.ts'
import { LoginEvents } from './login-events.ts'
import { OAuth2AccessTokens } from './oauth2-access-tokens.ts'
import { OAuth2Artifacts } from './oauth2-artifacts.ts'
import { OAuth2Clients } from './oauth2-clients.ts'
import { Outbox } from './outbox.ts'
import { type BoundedRows, type BoundName, defaultRowBounds, RowBound, type RowBounds } from './row-bounds.ts'
import { SecondFactors } from './second-factors.ts'
import { ShortLinks } from './short-links.ts'
import { SigningKeys } from './signing-keys.ts'
import { Users } from './users.ts'
import { WebstudioSettings } from './webstudio-settings.ts'

/** Everything that one portal remembers. Synchronous: what was answered has been written. */
export class Store {
  readonly users: Users
  readonly apiKeys: ApiKeys
  readonly loginEvents: LoginEvents
  readonly invitationLinks: InvitationLinks
  readonly secondFactors: SecondFactors
  readonly shortLinks: ShortLinks
  readonly webstudioSettings: WebstudioSettings
  readonly outbox: Outbox
  readonly auditEvents: AuditEvents
  readonly signingKeys: SigningKeys
  readonly oauth2Clients: OAuth2Clients
  readonly oauth2Artifacts: OAuth2Artifacts
  readonly oauth2AccessTokens: OAuth2AccessTokens
  /** Called whenever a bound of rows is reached. */
  onBoundReached: (name: BoundName, bound: number) => void = () => {}
  readonly #database: Database

  constructor(database: Database, tenantId: number, bounds: RowBounds = defaultRowBounds) {
    const bound = (name: BoundName, rows: BoundedRows) =>
      new RowBound(database, rows, bounds[name], () => this.onBoundReached(name, bounds[name]))
    this.#database = database
    this.users = new Users(database, tenantId, bounds.members, () => this.onBoundReached('members', bounds.members))
    this.apiKeys = new ApiKeys(database, bound('apiKeys', ApiKeys.boundedRows))
    this.loginEvents = new LoginEvents(database, bound('signIns', LoginEvents.boundedRows))
    this.invitationLinks = new InvitationLinks(database)
    this.secondFactors = new SecondFactors(database)
    this.shortLinks = new ShortLinks(database, bound('shortLinks', ShortLinks.boundedRows))
    this.webstudioSettings = new WebstudioSettings(database)
    this.outbox = new Outbox(database, bound('mails', Outbox.boundedRows))
    this.auditEvents = new AuditEvents(database, bound('auditEvents', AuditEvents.boundedRows))
    this.signingKeys = new SigningKeys(database)
    this.oauth2Clients = new OAuth2Clients(database, bound('oauth2Clients', OAuth2Clients.boundedRows))
    this.oauth2Artifacts = new OAuth2Artifacts(database, (rows) => bound('oauth2Artifacts', rows))
    this.oauth2AccessTokens = new OAuth2AccessTokens(database, bound('accessTokens', OAuth2AccessTokens.boundedRows))
  }

  /** Grows with everything that is written: what was read at the same revision still holds. */
  get revision(): number {
    return this.#database.revision
  }

  /** Does several things or none of them. */
  transaction<Result>(work: () => Result): Result {
    return this.#database.transaction(work)
  }

  /** Keeps the number that session tokens have to have. */
  saveTokenIndex(index: number): void {
    this.#database.run('UPDATE portal SET token_index = ?', index)
  }

  /** Keeps the portal's settings. */
  saveSettings(settings: PortalSettings): void {
    this.#database.run('UPDATE portal SET settings = ?', JSON.stringify(settings))
  }
}
