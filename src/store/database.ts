import { closeSync, existsSync, openSync, readSync } from 'node:fs'
import { dirname } from 'node:path'
import BetterSqlite, { type Database as Connection, type Statement } from 'better-sqlite3'
import { asDataFileError, DataFileError } from './data-file-error.ts'
import { createPrivately, keepPrivate, makeFolder, refuseIrregular, removeFiles, sizeOf } from './data-files.ts'
import { migrations } from './migrations.ts'
import { LARGEST_AT_ONCE, packNow, unpackNow } from './packed-image.ts'

/** Marks a file as one of ours (SQLite's `application_id`): `DSMK`. */
const APPLICATION_ID = 0x44534d4b

/** Offsets in the head of a database file that say whether it has a write-ahead log, and what they say if not. */
const JOURNAL_VERSIONS = [18, 19]
const WITHOUT_LOG = 1

const SQLITE_MAGIC = 'SQLite format 3\0'

/**
 * The memory of an open database without its pages, and of each prepared statement, in bytes: SQLite's own and that of
 * the JavaScript objects, as measured under a mixed load.
 */
const CONNECTION = 250_000
const STATEMENT = 10_000

/** A value that SQLite takes. */
export type SqlValue = string | number | null

/**
 * A connection to one portal's database. Statements are prepared once each, when first used: a portal that is opened
 * for a single request pays only for what that request asks.
 */
export class Database {
  #file: string | null
  /** `null`: asleep. */
  #connection: Connection | null
  readonly #statements = new Map<string, Statement>()
  #revision = 0
  /** The image from its last sleep. */
  #slept: { packed: Buffer; revision: number } | null = null

  /**
   * @param source the path of a file, which is made or brought up to date; `:memory:`; or the bytes that
   *   {@link serialize} has given, of which this will be a copy in memory
   * @throws DataFileError
   */
  constructor(source: string | Buffer) {
    this.#file = typeof source === 'string' && source !== ':memory:' ? source : null
    if (typeof source !== 'string') this.#connection = new BetterSqlite(source)
    else if (this.#file === null) this.#connection = migrate(openMemory())
    else this.#connection = openFile(this.#file)
  }

  /** `null`: the database lives in memory. */
  get file(): string | null {
    return this.#file
  }

  /**
   * Checks a file for damage. That takes 3 ms per MB, so large files are skipped: their damage is found when read.
   *
   * @throws DataFileError
   */
  check(): void {
    if (this.file === null || sizeOf(this.file) > LARGEST_CHECKED) return
    const [found] = this.all<{ quick_check: string }>('PRAGMA quick_check(1)')
    if (found?.quick_check === 'ok') return
    throw new DataFileError(this.file, 'damaged', found?.quick_check.replaceAll('\n', ' '))
  }

  /** The whole database as the bytes of a SQLite file. */
  serialize(): Buffer {
    if (this.#connection === null && this.#slept !== null) return unpackNow(this.#slept.packed)
    const image = this.#serialized()
    // a copy in memory can have no write-ahead log, so the image must not say that there is one
    for (const offset of JOURNAL_VERSIONS) image[offset] = WITHOUT_LOG
    return image
  }

  /** Whether it is closed by {@link sleep} until its next use. */
  get isAsleep(): boolean {
    return this.#connection === null
  }

  /** About how many bytes of memory it takes while it is open. */
  get size(): number {
    const pages = this.file === null ? this.#pageBytes : Math.min(this.#pageBytes, PAGE_CACHE)
    return CONNECTION + STATEMENT * this.#statements.size + pages
  }

  /** How many statements are prepared. */
  get statementCount(): number {
    return this.#statements.size
  }

  /** Whether {@link sleep} can pack and close it. */
  get canSleep(): boolean {
    return this.file === null && this.#pageBytes <= LARGEST_AT_ONCE
  }

  /**
   * Packs and closes a small database in memory until its next use. No statement may be in progress.
   *
   * @returns its packed size in bytes; `null`: it stays open
   */
  sleep(): number | null {
    if (this.file !== null) return null
    if (this.#slept?.revision !== this.#revision) {
      if (!this.canSleep) return null
      this.#slept = { packed: packNow(this.serialize()), revision: this.#revision }
    }
    this.#connection?.close()
    this.#connection = null
    this.#statements.clear()
    return this.#slept.packed.length
  }

  /** Lets go of the file. From now on this is a copy in memory, of which nothing outlives the process. */
  leaveFile(): void {
    const copy = new BetterSqlite(this.serialize())
    this.close()
    this.#statements.clear()
    this.#connection = copy
    this.#file = null
  }

  /** The first row, or `undefined`. */
  get<Row>(sql: string, ...values: SqlValue[]): Row | undefined {
    try {
      return this.#prepared(sql).get(...values.map(bound)) as Row | undefined
    } catch (error) {
      throw asDataFileError(error, this.file)
    }
  }

  /** All rows. */
  all<Row>(sql: string, ...values: SqlValue[]): Row[] {
    try {
      return this.#prepared(sql).all(...values.map(bound)) as Row[]
    } catch (error) {
      throw asDataFileError(error, this.file)
    }
  }

  /** Grows with everything that is written. */
  get revision(): number {
    return this.#revision
  }

  /** Changes something. Gives how many rows, and the id of the last one inserted. */
  run(sql: string, ...values: SqlValue[]): { changes: number; id: number } {
    this.#revision += 1
    try {
      const { changes, lastInsertRowid } = this.#prepared(sql).run(...values.map(bound))
      return { changes, id: Number(lastInsertRowid) }
    } catch (error) {
      throw asDataFileError(error, this.file)
    }
  }

  /** Runs statements that are needed once and have no values. */
  exec(sql: string): void {
    this.#revision += 1
    this.#open().exec(sql)
  }

  /** Does several things or none of them. */
  transaction<Result>(work: () => Result): Result {
    try {
      return this.#open().transaction(work)()
    } catch (error) {
      throw asDataFileError(error, this.file)
    } finally {
      // what was read meanwhile may have been taken back
      this.#revision += 1
    }
  }

  /** Closes the file. Nothing may be asked afterwards. */
  close(): void {
    this.#connection?.close()
    this.#slept = null
  }

  #open(): Connection {
    if (this.#connection !== null) return this.#connection
    if (this.#slept === null) throw new TypeError('The database connection is not open')
    this.#connection = new BetterSqlite(unpackNow(this.#slept.packed))
    return this.#connection
  }

  #serialized(): Buffer {
    try {
      return this.#open().serialize()
    } catch (error) {
      // whatever the reason, better-sqlite3 says that memory is out
      throw this.file === null
        ? error
        : new DataFileError(this.file, 'unreadable', 'a part of it is missing or damaged')
    }
  }

  #pragma(name: string): number {
    try {
      return Number(this.#open().pragma(name, { simple: true }))
    } catch (error) {
      throw asDataFileError(error, this.file)
    }
  }

  get #pageBytes(): number {
    return this.#pragma('page_count') * this.#pragma('page_size')
  }

  #prepared(sql: string): Statement {
    let statement = this.#statements.get(sql)
    if (statement === undefined) {
      statement = this.#open().prepare(sql)
      this.#statements.set(sql, statement)
    }
    return statement
  }
}

/**
 * A value as it is bound. better-sqlite3 binds every `number` as a REAL, which SQL writes with a decimal point where no
 * column makes an INTEGER of it: in JSON, in texts, in results.
 */
function bound(value: SqlValue): string | number | bigint | null {
  return typeof value === 'number' && Number.isSafeInteger(value) ? BigInt(value) : value
}

/** What better-sqlite3 has SQLite keep of a file in memory at most, in bytes. */
const PAGE_CACHE = 16_000_000

/** In bytes. Portals are small, and there may be many: half of SQLite's own page halves what an empty table takes. */
const PAGE_SIZE = 2048

/** The maximum size of a file that is checked for damage, in bytes. */
const LARGEST_CHECKED = 100_000_000

function openMemory(): Connection {
  const connection = new BetterSqlite(':memory:')
  connection.pragma(`page_size = ${PAGE_SIZE}`)
  return connection
}

function openFile(file: string): Connection {
  let connection: Connection | undefined
  const isNew = !existsSync(file)
  try {
    makeFolder(dirname(file))
    refuseIrregular(file)
    refuseForeignFormat(file)
    if (existsSync(`${file}-wal`)) refuseForeignLog(file)
    createPrivately(file)
    connection = new BetterSqlite(file, { timeout: 0 })
    connection.pragma('locking_mode = EXCLUSIVE')
    refuseForeignSchema(connection, file)
    keepPrivate(file)
    connection.pragma('journal_mode = WAL')
    // a commit is in the operating system's hands when it returns: killing the process loses nothing
    connection.pragma('synchronous = NORMAL')
    return migrate(connection)
  } catch (error) {
    connection?.close()
    const failure = asDataFileError(error, file)
    // a busy file was created by another process meanwhile
    const isHalfMade = connection !== undefined && isNew
    if (isHalfMade && !(failure instanceof DataFileError && failure.kind === 'busy')) removeFiles(file)
    throw failure
  }
}

function refuseForeignFormat(file: string): void {
  if (!existsSync(file)) return
  const head = Buffer.alloc(SQLITE_MAGIC.length)
  const descriptor = openSync(file, 'r')
  try {
    const length = readSync(descriptor, head)
    if (length > 0 && head.toString('latin1') !== SQLITE_MAGIC) throw new DataFileError(file, 'noDatabase')
  } finally {
    closeSync(descriptor)
  }
}

/**
 * Looks at a file beside which a killed process has left its write-ahead log, without writing: a connection that may
 * write puts the log into the file when it is closed, were it only to refuse it.
 */
function refuseForeignLog(file: string): void {
  const connection = new BetterSqlite(file, { readonly: true, timeout: 0 })
  try {
    refuseForeignSchema(connection, file)
  } finally {
    connection.close()
  }
}

function refuseForeignSchema(connection: Connection, file: string): void {
  const id = connection.pragma('application_id', { simple: true })
  const tables = connection.prepare('SELECT count(*) FROM sqlite_schema').pluck().get()
  if (id !== APPLICATION_ID && tables !== 0) throw new DataFileError(file, 'foreign')
  const version = connection.pragma('user_version', { simple: true }) as number
  if (version > migrations.length) {
    throw new DataFileError(file, 'newer', `schema ${version}, this one knows ${migrations.length}`)
  }
}

function migrate(connection: Connection): Connection {
  const applied = connection.pragma('user_version', { simple: true }) as number
  if (applied === migrations.length) return connection
  connection.transaction(() => {
    for (const step of migrations.slice(applied)) connection.exec(step)
    connection.pragma(`application_id = ${APPLICATION_ID}`)
    connection.pragma(`user_version = ${migrations.length}`)
  })()
  return connection
}
