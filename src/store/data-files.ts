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

/** Modes of what holds credentials: only the owner may read it. */
const PRIVATE_FILE = 0o600
const PRIVATE_FOLDER = 0o700

/** The permissions of a mode that are not the owner's. */
const OTHERS = 0o077

/** What SQLite and {@link writeFile} keep beside a database. */
const COMPANIONS = ['-wal', '-shm', '-journal', '-new']

/**
 * Puts a database in the place of another one. A process that is killed meanwhile leaves the old one or the new one.
 *
 * @param release called once the new one has been written: what has the old one open closes it
 * @throws DataFileError before the release, and everything is as it was
 */
export function writeFile(file: string, image: Buffer, release: () => void = () => {}): void {
  const written = `${file}-new`
  refuseIrregular(file)
  try {
    // a file that a killed process has left would keep its mode
    rmSync(written, { force: true })
    writeFileSync(written, image, { flag: 'wx', mode: PRIVATE_FILE, flush: true })
    release()
    // what the log of the old one says must not be put into the new one
    rmSync(`${file}-wal`, { force: true })
    rmSync(`${file}-shm`, { force: true })
    renameSync(written, file)
  } catch (error) {
    removeIfPossible(written)
    throw asDataFileError(error, file)
  }
}

/** @throws DataFileError where a file can't be deleted */
export function requireRemovable(file: string): void {
  refuseIrregular(file)
  try {
    accessSync(dirname(file), constants.W_OK)
  } catch (error) {
    throw asDataFileError(error, file)
  }
}

/** Deletes a database with everything beside it. */
export function removeFiles(file: string): void {
  try {
    rmSync(file, { force: true })
  } catch (error) {
    throw asDataFileError(error, file)
  }
  for (const companion of COMPANIONS) removeIfPossible(file + companion)
}

/**
 * Refuses directories, symbolic links, pipes and devices, at the path of a database and beside it: SQLite would wait for
 * a pipe, and write where a link leads.
 *
 * @throws DataFileError
 */
export function refuseIrregular(file: string): void {
  for (const path of [file, ...COMPANIONS.map((companion) => file + companion)]) {
    const stats = lstatSync(path, { throwIfNoEntry: false })
    if (stats !== undefined && !stats.isFile()) throw new DataFileError(path, 'irregular', kindOf(stats))
  }
}

/** SQLite itself would make the file as the umask has it. The files beside it get the mode of this one. */
export function createPrivately(file: string): void {
  if (!existsSync(file)) closeSync(openSync(file, 'wx', PRIVATE_FILE))
}

/**
 * Takes a data file, and what a killed process has left beside it, from all users but the owner: earlier versions made
 * them as the umask had it. By path, since closing a descriptor of an open database would drop SQLite's locks.
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

/** Node's own way of making several never ends where none can be made, as under `/proc`. */
export function makeFolder(folder: string): void {
  if (isFolder(folder)) return
  makeFolder(dirname(folder))
  try {
    mkdirSync(folder, PRIVATE_FOLDER)
  } catch (error) {
    // another process may have made it meanwhile
    if (!isFolder(folder)) throw error
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false
}

function kindOf(stats: Stats): string {
  if (stats.isSymbolicLink()) return 'a symbolic link'
  return stats.isDirectory() ? 'a directory' : 'neither a file nor a directory'
}

function removeIfPossible(file: string): void {
  try {
    rmSync(file, { force: true })
  } catch {
    // best effort: what has gone wrong before is the error to report
  }
}
