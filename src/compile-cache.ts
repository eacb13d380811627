// The cache of compiled code. Cached code is executed, so it is read only from where no other user can write.
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

/** The mode of a folder that only its owner can access. */
const PRIVATE_FOLDER = 0o700

/** The permissions of other users, and their write permissions. */
const OTHERS = 0o077
const OTHERS_WRITE = 0o022

/** In a folder with the sticky bit users can rename and delete only their own files. */
const STICKY = 0o1000

/** The user id of this process; `undefined` on Windows, whose temporary folders are private. */
const self = process.getuid?.()

/**
 * Enables Node.js's compile cache, in `NODE_COMPILE_CACHE` or else in a private folder of the user.
 *
 * @returns the folder for the code that this version of Node.js compiles; `null` if the cache is disabled or other
 *   users could write to it
 */
export function cacheFolder(): string | null {
  if (process.env.NODE_DISABLE_COMPILE_CACHE) return null
  if (getCompileCacheDir() === undefined) {
    // Node.js itself would use a folder in the temporary directory that any user may have created
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
    // the folder exists, or can't be created
  }
  return isLink(folder) ? null : ownFolder(folder)
}

/**
 * The path of a folder without symbolic links in it.
 *
 * @param user the required owner
 * @returns `null` unless it belongs to that user, and only that user and root can write to it or replace it
 */
export function ownFolder(folder: string, user = self): string | null {
  try {
    const path = realpathSync(folder)
    return user === undefined || isOwnPath(path, user) ? path : null
  } catch {
    return null
  }
}

/** Checks from the root downwards, since a folder can be trusted only inside a trusted one. */
function isOwnPath(path: string, user: number): boolean {
  for (const place of placesTo(path)) {
    const { uid, mode } = lstatSync(place)
    if (uid !== user && (uid !== 0 || place === path)) return false
    // other users can't reach what is in a private folder, whatever its mode
    if (uid === user && (mode & OTHERS) === 0) return lstatSync(path).uid === user
    const isShared = (mode & OTHERS_WRITE) !== 0
    if (isShared && ((mode & STICKY) === 0 || place === path)) return false
  }
  return true
}

/** A path and its ancestors, the root first. */
function placesTo(path: string): string[] {
  const parent = dirname(path)
  return parent === path ? [path] : [...placesTo(parent), path]
}

/**
 * Reads a file of a user. Checks the descriptor, not the path, so that the file can't be swapped in between.
 *
 * @returns `null` unless it is a regular file of that user to which no other user can write
 */
export function readOwnFile(file: string, user = self): Buffer | null {
  let descriptor: number | undefined
  try {
    // without O_NONBLOCK, opening a pipe would block
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
