import BetterSqlite from 'better-sqlite3'

/**
 * Makes the allocator return free memory to the system. glibc by itself does so only at the end of its heap, where some
 * small block is always left, and Node can't call `malloc_trim`: but SQLite can call a function of a library as an
 * extension, and `malloc_trim` accepts any argument. Without glibc, this does nothing.
 */
export function freeHeap(): void {
  if (process.platform !== 'linux') return
  const connection = new BetterSqlite(':memory:')
  try {
    // the types lack the second parameter
    const load: (library: string, entryPoint: string) => void = connection.loadExtension.bind(connection)
    load('libc.so.6', 'malloc_trim')
  } catch {
    // SQLite takes the result of malloc_trim for an error; without glibc, loading fails
  } finally {
    connection.close()
  }
}
