import type { JWK } from 'jose'
import type { Database } from './database.ts'

/** A key that the portal signs access tokens with, private part included. */
export interface StoredSigningKey {
  kid: string
  alg: 'ES256' | 'RS256'
  jwk: JWK
}

type Row = Omit<StoredSigningKey, 'jwk'> & { jwk: string }

/** The keys that a portal signs access tokens with: one an algorithm. */
export class SigningKeys {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  /** All of them, in the order of their algorithms' names. */
  list(): StoredSigningKey[] {
    const rows = this.#database.all<Row>('SELECT kid, alg, jwk FROM signing_keys ORDER BY alg')
    return rows.map((row) => ({ ...row, jwk: JSON.parse(row.jwk) }))
  }

  /** Puts some in the place of all that there are. */
  replace(keys: readonly StoredSigningKey[]): void {
    if (keys.length === 0) return
    this.#database.run('DELETE FROM signing_keys')
    for (const key of keys) this.insert(key)
  }

  /** Adds one. Throws where there is one for the same algorithm. */
  insert(key: StoredSigningKey): void {
    this.#database.run('INSERT INTO signing_keys VALUES (?, ?, ?)', key.kid, key.alg, JSON.stringify(key.jwk))
  }
}
