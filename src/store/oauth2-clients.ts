import type { Scope } from '../domain/scopes.ts'
import type { Database } from './database.ts'
import type { BoundedRows, RowBound } from './row-bounds.ts'

/** An OAuth2 client as the store keeps it. */
export interface StoredOAuth2Client {
  /** Lower-case dashed GUID. */
  clientId: string
  /** As it was handed out: the authorization server compares it, and who looks at one client sees it again. */
  clientSecret: string
  name: string
  description: string
  /** A data URL, or `''`. */
  logo: string
  websiteUrl: string
  termsUrl: string
  policyUrl: string
  redirectUris: readonly string[]
  /** Origins that browsers may call from with one of the client's tokens. */
  allowedOrigins: readonly string[]
  logoutRedirectUris: readonly string[]
  /** Whether it may prove itself with a PKCE verifier in the place of its secret. */
  allowPkce: boolean
  /** Whether others than its maker may be asked for their consent. */
  isPublic: boolean
  enabled: boolean
  /** What it may ask for. */
  scopes: readonly Scope[]
  /** Id of a user. */
  createdBy: string
  /** Milliseconds since 1970, UTC. */
  createdAt: number
  /** Id of a user. */
  modifiedBy: string
  /** Milliseconds since 1970, UTC. */
  modifiedAt: number
}

/** After which client a page of a list begins. */
export interface OAuth2ClientCursor {
  clientId: string
  /** Milliseconds since 1970, UTC. */
  createdAt: number
}

/** Which clients to list. */
export interface OAuth2ClientQuery {
  /** Whose; `null`: everybody's. */
  createdBy: string | null
  /** The last client of the page before; `null`: from the newest one on. */
  after: OAuth2ClientCursor | null
  limit: number
}

const TEXTS = ['clientSecret', 'name', 'description', 'logo', 'websiteUrl', 'termsUrl', 'policyUrl'] as const
const LISTS = ['redirectUris', 'allowedOrigins', 'logoutRedirectUris', 'scopes'] as const
const FLAGS = ['allowPkce', 'isPublic', 'enabled'] as const

type Row = Omit<StoredOAuth2Client, (typeof LISTS)[number] | (typeof FLAGS)[number]> &
  Record<(typeof LISTS)[number], string> &
  Record<(typeof FLAGS)[number], number>

/** The number of clients in a page. */
const PAGE = 500

const COLUMNS = `client_id AS clientId, client_secret AS clientSecret, name, description, logo,
  website_url AS websiteUrl, terms_url AS termsUrl, policy_url AS policyUrl, redirect_uris AS redirectUris,
  allowed_origins AS allowedOrigins, logout_redirect_uris AS logoutRedirectUris, scopes, allow_pkce AS allowPkce,
  is_public AS isPublic, enabled, created_by AS createdBy, created_at AS createdAt, modified_by AS modifiedBy,
  modified_at AS modifiedAt`

/** The OAuth2 clients of a portal. */
export class OAuth2Clients {
  static readonly boundedRows: BoundedRows = { table: 'oauth2_clients', key: 'client_id', order: 'created_at' }
  readonly #database: Database
  readonly #bound: RowBound

  constructor(database: Database, bound: RowBound) {
    this.#database = database
    this.#bound = bound
  }

  /** Reserves a row for the next client, if the table isn't full. */
  takeRoom(): boolean {
    return this.#bound.takeRoom()
  }

  /** @param clientId lower-case dashed GUID */
  find(clientId: string): StoredOAuth2Client | undefined {
    const row = this.#database.get<Row>(`SELECT ${COLUMNS} FROM oauth2_clients WHERE client_id = ?`, clientId)
    return row && toClient(row)
  }

  /** Clients, the newest first. */
  list({ createdBy, after, limit }: OAuth2ClientQuery): StoredOAuth2Client[] {
    const sql = `SELECT ${COLUMNS} FROM oauth2_clients
      WHERE ${createdBy === null ? '' : 'created_by = ? AND'} (created_at, client_id) < (?, ?)
      ORDER BY created_at DESC, client_id DESC LIMIT ?`
    const { createdAt = Number.MAX_SAFE_INTEGER, clientId = '' } = after ?? {}
    const whose = createdBy === null ? [] : [createdBy]
    return this.#database.all<Row>(sql, ...whose, createdAt, clientId, limit).map(toClient)
  }

  /** All clients in the order of their ids, a page at a time. */
  *pages(): Generator<StoredOAuth2Client[]> {
    const sql = `SELECT ${COLUMNS} FROM oauth2_clients WHERE client_id > ? ORDER BY client_id LIMIT ?`
    let after = ''
    for (;;) {
      const rows = this.#database.all<Row>(sql, after, PAGE)
      if (rows.length > 0) yield rows.map(toClient)
      if (rows.length < PAGE) return
      after = rows.at(-1)?.clientId ?? ''
    }
  }

  /** Whether a user has made one. */
  hasMade(userId: string): boolean {
    return this.#database.get('SELECT 1 FROM oauth2_clients WHERE created_by = ? LIMIT 1', userId) !== undefined
  }

  /** Adds a client. Throws where there is one with the same id, and where its maker is nobody. */
  insert(client: StoredOAuth2Client): void {
    this.#database.run(
      `INSERT INTO oauth2_clients (client_secret, name, description, logo, website_url, terms_url, policy_url,
         redirect_uris, allowed_origins, logout_redirect_uris, scopes, allow_pkce, is_public, enabled, modified_by,
         modified_at, client_id, created_by, created_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      ...changeable(client),
      client.clientId,
      client.createdBy,
      client.createdAt,
    )
  }

  /** Changes everything of a client but its id, and who made it when. */
  update(client: Omit<StoredOAuth2Client, 'createdBy' | 'createdAt'>): void {
    this.#database.run(
      `UPDATE oauth2_clients SET client_secret = ?, name = ?, description = ?, logo = ?, website_url = ?,
         terms_url = ?, policy_url = ?, redirect_uris = ?, allowed_origins = ?, logout_redirect_uris = ?, scopes = ?,
         allow_pkce = ?, is_public = ?, enabled = ?, modified_by = ?, modified_at = ?
       WHERE client_id = ?`,
      ...changeable(client),
      client.clientId,
    )
  }

  /** Takes a client away. */
  remove(clientId: string): void {
    this.#database.run('DELETE FROM oauth2_clients WHERE client_id = ?', clientId)
  }
}

/** The values that can change, in the order in which the statements name them. */
function changeable(client: Omit<StoredOAuth2Client, 'createdBy' | 'createdAt'>): (string | number)[] {
  return [
    ...TEXTS.map((member) => client[member]),
    ...LISTS.map((member) => JSON.stringify(client[member])),
    ...FLAGS.map((member) => (client[member] ? 1 : 0)),
    client.modifiedBy,
    client.modifiedAt,
  ]
}

function toClient(row: Row): StoredOAuth2Client {
  return {
    ...row,
    redirectUris: JSON.parse(row.redirectUris),
    allowedOrigins: JSON.parse(row.allowedOrigins),
    logoutRedirectUris: JSON.parse(row.logoutRedirectUris),
    scopes: JSON.parse(row.scopes),
    allowPkce: row.allowPkce === 1,
    isPublic: row.isPublic === 1,
    enabled: row.enabled === 1,
  }
}
