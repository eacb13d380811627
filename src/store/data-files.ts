import {
  accessSync,
  chmodSync,
  closeSync,
  constants,
  existsSync,
  lstatSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname } from 'node:path'
import { asDataFileError, DataFileError } from './data-file-error.ts'

/** Modes of files and directories with credentials: only the owner may read them. */
const PRIVATE_FILE = 0o600
const PRIVATE_FOLDER = 0o700

/** The permissions of other users in a mode. */
const OTHERS = 0o077

/** Suffixes of the files that SQLite and {@link writeFile} create beside a database. */
const COMPANIONS = ['-wal', '-shm', '-journal', '-new']

/**
 * Replaces a database atomically: a process that is killed meanwhile leaves the old file or the new one.
 *
 * @param release called once the new file has been written, to close the old one
 * @throws DataFileError before the release; nothing has changed
 */
export function writeFile(file: string, image: Buffer, release: () => void = () => {}): void {
  const written = `${file}-new`
  refuseIrregular(file)
  try {
    // a file left by a killed process would keep its mode
    rmSync(written, { force: true })
    writeFileSync(written, image, { flag: 'wx', mode: PRIVATE_FILE, flush: true })
    release()
    // the WAL of the old database must not be applied to the new one
    rmSync(`${file}-wal`, { force: true })
    rmSync(`${file}-shm`, { force: true })
    renameSync(written, file)
  } catch (error) {
    removeIfPossible(written)
    throw asDataFileError(error, file)
  }
}

/** @throws DataFileError if a file can't be deleted */
export function requireRemovable(file: string): void {
  refuseIrregular(file)
  try {
    accessSync(dirname(file), constants.W_OK)
  } catch (error) {
    throw asDataFileError(error, file)
  }
}

/** Deletes a database and the files beside it. */
export function removeFiles(file: string): void {
  try {
    rmSync(file, { force: true })
  } catch (error) {
    throw asDataFileError(error, file)
  }
  for (const companion of COMPANIONS) removeIfPossible(file + companion)
}

/**
 * Refuses directories, symbolic links, pipes and devices, at the path of a database and beside it: SQLite would block
 * on a pipe, and follow a link.
 *
 * @throws DataFileError
 */
export function refuseIrregular(file: string): void {
  for (const path of [file, ...COMPANIONS.map((companion) => file + companion)]) {
    const stats = lstatSync(path, { throwIfNoEntry: false })
    if (stats !== undefined && !stats.isFile()) throw new DataFileError(path, 'irregular', kindOf(stats))
  }
}

/** SQLite itself would apply the umask. It gives the files beside a database the mode of that database. */
export function createPrivately(file: string): void {
  if (!existsSync(file)) closeSync(openSync(file, 'wx', PRIVATE_FILE))
}

/**
 * Removes the permissions of other users from a data file and the files beside it: earlier versions applied the umask.
 * By path, since closing a descriptor of an open database would drop SQLite's locks.
 */
export function keepPrivate(file: string): void {
  for (const path of [file, `${file}-wal`, `${file}-shm`]) {
    const stats = lstatSync(path, { throwIfNoEntry: false })
    if (!stats?.isFile() || (stats.mode & OTHERS) === 0 || !isOwn(stats)) continue
    chmodSync(path, stats.mode & ~OTHERS & 0o777)
  }
}

/** Only the owner may change the mode. A file of another user that SQLite could open stays as it is. */
function isOwn({ uid }: Stats): boolean {
  const user = process.getuid?.()
  return user === undefined || user === 0 || user === uid
}

/** In bytes. */
export function sizeOf(file: string): number {
  return statSync(file).size
}

/** Node's own `recursive` never returns if no directory can be created, as under `/proc`. */
export function makeFolder(folder: string): void {
  if (isFolder(folder)) return
  makeFolder(dirname(folder))
  try {
    mkdirSync(folder, PRIVATE_FOLDER)
  } catch (error) {
    // another process may have created it meanwhile
    if (!isFolder(folder)) throw error
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false
}

function kindOf(stats: Stats): string {
  if (stats.isSymbolicLink()) return 'a symbolic link'
  return stats.isDirectory() ? 'a directory' : 'a pipe, socket or device'
}

function removeIfPossible(file: string): void {
  try {
    rmSync(file, { force: true })
  } catch {
    // best effort: the earlier error is reported
  }
}
