import type { Database } from './database.ts'

/** An access token that the authorization server gave. */
export interface IssuedAccessToken {
  /** Its id. */
  jti: string
  /** What it was given by; `null`: by itself, without a grant that others share. */
  grantId: string | null
  /** Milliseconds since 1970, UTC. */
  expiresAt: number
}

/**
 * Which access tokens came of which grant, and which were revoked. One that isn't here, as it was minted elsewhere,
 * counts as long as it says that it does.
 */
export class OAuth2AccessTokens {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  /** Notes that a token was given. */
  insert({ jti, grantId, expiresAt }: IssuedAccessToken): void {
    this.#database.run(
      'INSERT INTO oauth2_access_tokens (jti, grant_id, expires_at) VALUES (?, ?, ?)',
      jti,
      grantId,
      expiresAt,
    )
  }

  isRevoked(jti: string): boolean {
    return this.#database.get('SELECT 1 FROM oauth2_access_tokens WHERE jti = ? AND revoked = 1', jti) !== undefined
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
