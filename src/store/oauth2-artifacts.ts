import type { Database } from './database.ts'
import type { BoundedRows, RowBound } from './row-bounds.ts'

/** What the authorization server has to remember: a session, an interaction, a grant, a code or a refresh token. */
export interface OAuth2Artifact {
  /** Which of these it is, by the authorization server's own names. */
  model: string
  id: string
  /** The grant that it came of. */
  grantId: string | null
  /** A second id, which sessions have. */
  uid: string | null
  payload: object
  /** Milliseconds since 1970, UTC. */
  expiresAt: number
  /** When it was used up; `null`: it wasn't. Milliseconds since 1970, UTC. */
  consumedAt: number | null
}

type Row = Omit<OAuth2Artifact, 'payload'> & { payload: string }

const COLUMNS = `model, id, grant_id AS grantId, uid, payload, expires_at AS expiresAt, consumed_at AS consumedAt`

/** Everything that the authorization server of a portal remembers. */
export class OAuth2Artifacts {
  readonly #database: Database
  readonly #boundOf: (rows: BoundedRows) => RowBound
  /** One per model: a flood of interactions must not evict codes. */
  readonly #bounds = new Map<string, RowBound>()

  constructor(database: Database, boundOf: (rows: BoundedRows) => RowBound) {
    this.#database = database
    this.#boundOf = boundOf
  }

  find(model: string, id: string): OAuth2Artifact | undefined {
    const sql = `SELECT ${COLUMNS} FROM oauth2_artifacts WHERE model = ? AND id = ?`
    return toArtifact(this.#database.get<Row>(sql, model, id))
  }

  findByUid(model: string, uid: string): OAuth2Artifact | undefined {
    const sql = `SELECT ${COLUMNS} FROM oauth2_artifacts WHERE uid = ? AND model = ?`
    return toArtifact(this.#database.get<Row>(sql, uid, model))
  }

  /** Adds an artifact, or puts it in the place of the one with the same id. Whether that one was used up stays. */
  put({ model, id, grantId, uid, payload, expiresAt }: Omit<OAuth2Artifact, 'consumedAt'>): void {
    this.#boundOfModel(model).makeRoom()
    this.#database.run(
      `INSERT INTO oauth2_artifacts (model, id, grant_id, uid, payload, expires_at) VALUES (?, ?, ?, ?, ?, ?)
       ON CONFLICT (model, id) DO UPDATE SET
         grant_id = excluded.grant_id, uid = excluded.uid, payload = excluded.payload, expires_at = excluded.expires_at`,
      model,
      id,
      grantId,
      uid,
      JSON.stringify(payload),
      expiresAt,
    )
  }

  /**
   * Lets an artifact hold at least until a time.
   *
   * @param expiresAt milliseconds since 1970, UTC
   */
  prolong(model: string, id: string, expiresAt: number): void {
    const sql = 'UPDATE oauth2_artifacts SET expires_at = max(expires_at, ?) WHERE model = ? AND id = ?'
    this.#database.run(sql, expiresAt, model, id)
  }

  /**
   * Notes that an artifact was used up.
   *
   * @param at milliseconds since 1970, UTC
   */
  consume(model: string, id: string, at: number): void {
    this.#database.run('UPDATE oauth2_artifacts SET consumed_at = ? WHERE model = ? AND id = ?', at, model, id)
  }

  remove(model: string, id: string): void {
    this.#database.run('DELETE FROM oauth2_artifacts WHERE model = ? AND id = ?', model, id)
  }

  /** Removes everything of a kind that came of a grant. */
  removeByGrant(model: string, grantId: string): void {
    this.#database.run('DELETE FROM oauth2_artifacts WHERE grant_id = ? AND model = ?', grantId, model)
  }

  /**
   * Forgets what ended long ago.
   *
   * @param before milliseconds since 1970, UTC
   */
  prune(before: number): void {
    this.#database.run('DELETE FROM oauth2_artifacts WHERE expires_at < ?', before)
  }

  #boundOfModel(model: string): RowBound {
    let bound = this.#bounds.get(model)
    if (bound === undefined) {
      const where = `model = '${model}'`
      bound = this.#boundOf({ table: 'oauth2_artifacts', key: 'id', where, order: 'expires_at, id' })
      this.#bounds.set(model, bound)
    }
    return bound
  }
}

function toArtifact(row: Row | undefined): OAuth2Artifact | undefined {
  return row && { ...row, payload: JSON.parse(row.payload) }
}
