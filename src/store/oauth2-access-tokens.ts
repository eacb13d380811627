import type { Database } from './database.ts'
import type { BoundedRows, RowBound } from './row-bounds.ts'

/** An access token that the authorization server gave. */
export interface IssuedAccessToken {
  /** Its id. */
  jti: string
  /** What it was given by; `null`: by itself, without a grant that others share. */
  grantId: string | null
  /** Milliseconds since 1970, UTC. */
  expiresAt: number
}

/** Issued access tokens with their grants, and revoked access tokens, issued or minted. */
export class OAuth2AccessTokens {
  /** Excludes minted tokens, which have to stay revoked until they expire. */
  static readonly boundedRows: BoundedRows = {
    table: 'oauth2_access_tokens',
    key: 'jti',
    where: 'grant_id IS NOT NULL',
    order: 'expires_at, jti',
  }
  readonly #database: Database
  readonly #bound: RowBound

  constructor(database: Database, bound: RowBound) {
    this.#database = database
    this.#bound = bound
  }

  /** Notes that a token was given. */
  insert({ jti, grantId, expiresAt }: IssuedAccessToken): void {
    this.#bound.makeRoom()
    this.#database.run(
      'INSERT INTO oauth2_access_tokens (jti, grant_id, expires_at) VALUES (?, ?, ?)',
      jti,
      grantId,
      expiresAt,
    )
  }

  /** `undefined`: the token is unknown. */
  stateOf(jti: string): 'given' | 'revoked' | undefined {
    const sql = 'SELECT revoked FROM oauth2_access_tokens WHERE jti = ?'
    const row = this.#database.get<{ revoked: number }>(sql, jti)
    return row && (row.revoked === 1 ? 'revoked' : 'given')
  }

  /**
   * Revokes a token, given by this portal or minted for it.
   *
   * @param expiresAt milliseconds since 1970, UTC
   */
  revoke(jti: string, expiresAt: number): void {
    this.#database.run(
      `INSERT INTO oauth2_access_tokens (jti, expires_at, revoked) VALUES (?, ?, 1)
       ON CONFLICT (jti) DO UPDATE SET revoked = 1`,
      jti,
      expiresAt,
    )
  }

  /** Revokes everything that came of a grant. */
  revokeByGrant(grantId: string): void {
    this.#database.run('UPDATE oauth2_access_tokens SET revoked = 1 WHERE grant_id = ?', grantId)
  }

  /**
   * Forgets tokens that ended long ago.
   *
   * @param before milliseconds since 1970, UTC
   */
  prune(before: number): void {
    this.#database.run('DELETE FROM oauth2_access_tokens WHERE expires_at < ?', before)
  }
}
