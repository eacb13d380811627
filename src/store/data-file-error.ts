import { basename } from 'node:path'

/** The messages of problems with a data file. `$` stands for details. */
const problems = {
  busy: 'open in another process. Stop that one, or choose another --data directory.',
  damaged:
    'damaged ($). Restore it from a copy, move it away to start with a new one, or choose another --data directory.',
  foreign: 'a database of another program. Move it away, or choose another --data directory.',
  full: "can't be written ($). Make room on the disk, or choose another --data directory.",
  irregular: '$ instead of a data file. Move it away, or choose another --data directory.',
  newer: 'written by a newer docspace-mock ($). Update docspace-mock, or choose another --data directory.',
  noFolder: "its directory can't be made ($). Choose another --data directory.",
  noDatabase: 'not a SQLite database. Move it away, or choose another --data directory.',
  otherKey: 'made with another machine key. Leave --machine-key out, or use another --data.',
  readOnly: "can't be written ($). Make the file and its directory writable, or choose another --data directory.",
  sharedTenantId:
    'has the tenant id $, so they would share credentials. Give that portal another tenantId, or delete the file.',
  unreadable: "can't be read or written ($). Check the disk and its limits, or choose another --data directory.",
  unusable: "can't be used as a database ($). Move it away, or choose another --data directory.",
}

export type DataFileProblem = keyof typeof problems

/** Problems by the prefixes of error codes, of SQLite and of the operating system. */
const kinds: [code: string, kind: DataFileProblem][] = [
  ['SQLITE_BUSY', 'busy'],
  ['SQLITE_CORRUPT', 'damaged'],
  ['SQLITE_FULL', 'full'],
  ['SQLITE_IOERR', 'unreadable'],
  ['SQLITE_READONLY', 'readOnly'],
  ['EEXIST', 'noFolder'],
  ['ENOENT', 'noFolder'],
  ['ENOTDIR', 'noFolder'],
  ['ENOSPC', 'full'],
  ['EDQUOT', 'full'],
  ['EFBIG', 'full'],
  ['EACCES', 'readOnly'],
  ['EPERM', 'readOnly'],
  ['EROFS', 'readOnly'],
]

/** A data file can't be used. The message names the file and what to do; the file is unchanged. */
export class DataFileError extends Error {
  override readonly name = 'DataFileError'
  readonly kind: DataFileProblem
  /** Whether the file is, or was, a portal's: files of other programs are never deleted. */
  readonly isOurs: boolean
  /** The message for clients, without the directory. */
  readonly publicMessage: string

  constructor(file: string, kind: DataFileProblem, details = '') {
    const problem = problems[kind].replace('$', () => details)
    super(`${file}: ${problem}`)
    this.kind = kind
    this.isOurs = kind !== 'busy' && kind !== 'foreign' && kind !== 'irregular'
    this.publicMessage = `${basename(file)}: ${problem}`
  }
}

/**
 * Converts an error of SQLite or of the operating system, omitting the path in messages of the latter.
 *
 * @param file `null`: the database has none
 * @returns the error itself if it isn't about a file
 */
export function asDataFileError(error: unknown, file: string | null): Error {
  const { code = '', message, syscall } = error as NodeJS.ErrnoException
  if (file === null || error instanceof DataFileError) return error as Error
  const isSqlite = /^SQLITE_(?!CONSTRAINT|ERROR|MISUSE|RANGE|TOOBIG|MISMATCH)/.test(code)
  if (!isSqlite && syscall === undefined) return error as Error
  const [, kind = 'unusable'] = kinds.find(([beginning]) => code.startsWith(beginning)) ?? []
  return new DataFileError(file, kind, isSqlite ? `${message}, ${code}` : withoutPath(message, file))
}

/** Most messages end with what was called, and the path; those of Node.js itself have the path anywhere. */
function withoutPath(message: string, file: string): string {
  return message.replace(/, \w+( '.*)?$/s, '').replaceAll(file, basename(file))
}
