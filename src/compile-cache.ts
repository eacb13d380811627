// Where compiled code is kept between starts. It is run as it is read, so it is read only where no other user can write.
import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  realpathSync,
  type Stats,
} from 'node:fs'
import { enableCompileCache, getCompileCacheDir } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

/** The mode of a folder that only its owner can look into. */
const PRIVATE_FOLDER = 0o700

/** The permissions of users other than the owner, and those of them that let write. */
const OTHERS = 0o077
const OTHERS_WRITE = 0o022

/** In a folder with this permission users can rename and delete only what is their own. */
const STICKY = 0o1000

/** Who runs this process; `undefined`: a system without user ids, such as Windows, whose temporary folders are private. */
const self = process.getuid?.()

/**
 * Turns Node.js's compile cache on, in a folder of this user's own, unless `NODE_COMPILE_CACHE` has named one.
 *
 * @returns the folder in which it keeps what this version of Node.js has compiled; `null` where it is turned off, or
 *   other users could write there
 */
export function cacheFolder(): string | null {
  if (process.env.NODE_DISABLE_COMPILE_CACHE) return null
  if (getCompileCacheDir() === undefined) {
    // Node.js itself would take a folder among the temporary files that any user may have made
    const folder = makeOwnFolder()
    if (folder === null) return null
    enableCompileCache(folder)
  }
  const folder = getCompileCacheDir()
  return folder === undefined ? null : ownFolder(folder)
}

function makeOwnFolder(): string | null {
  const folder = join(tmpdir(), self === undefined ? 'docspace-mock-cache' : `docspace-mock-cache-${self}`)
  try {
    mkdirSync(folder, PRIVATE_FOLDER)
  } catch {
    // it is there, or can't be made
  }
  return isLink(folder) ? null : ownFolder(folder)
}

/**
 * The path of a folder without symbolic links in it.
 *
 * @param user whose it has to be
 * @returns `null` unless it is that user's, and no user but that one and root can write to it or swap it for another
 */
export function ownFolder(folder: string, user = self): string | null {
  try {
    const path = realpathSync(folder)
    return user === undefined || isOwnPath(path, user) ? path : null
  } catch {
    return null
  }
}

/** Goes from the root down to the folder: each one has to be safe for what the next one says to hold. */
function isOwnPath(path: string, user: number): boolean {
  for (const place of placesTo(path)) {
    const { uid, mode } = lstatSync(place)
    if (uid !== user && (uid !== 0 || place === path)) return false
    // what is inside a folder that others can't enter is out of their reach, as the umask may have it
    if (uid === user && (mode & OTHERS) === 0) return lstatSync(path).uid === user
    const isShared = (mode & OTHERS_WRITE) !== 0
    if (isShared && ((mode & STICKY) === 0 || place === path)) return false
  }
  return true
}

/** The folders that a path leads through, the root first, and itself. */
function placesTo(path: string): string[] {
  const parent = dirname(path)
  return parent === path ? [path] : [...placesTo(parent), path]
}

/**
 * Reads a file that is a user's own. What is checked is what is read: the descriptor, not the path.
 *
 * @returns `null` unless it is a file, no symbolic link, of that user, and no other user may write to it
 */
export function readOwnFile(file: string, user = self): Buffer | null {
  let descriptor: number | undefined
  try {
    // a pipe would block
    const { O_RDONLY, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants
    descriptor = openSync(file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
    const stats = fstatSync(descriptor)
    return stats.isFile() && (user === undefined || isOwn(stats, user)) ? readFileSync(descriptor) : null
  } catch {
    return null
  } finally {
    if (descriptor !== undefined) closeSync(descriptor)
  }
}

function isOwn({ uid, mode }: Stats, user: number): boolean {
  return uid === user && (mode & OTHERS_WRITE) === 0
}

function isLink(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ?? false
}
