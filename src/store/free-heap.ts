import BetterSqlite from 'better-sqlite3'

/**
 * Has the allocator give free memory back to the system, as far as it can. glibc does so by itself only at the end of
 * its heap, where something small is always left, and Node has no way to ask for more: but SQLite can call a function
 * of a library, and `malloc_trim` takes any number. Elsewhere there is no such library, and nothing happens.
 */
export function freeHeap(): void {
  if (process.platform !== 'linux') return
  const connection = new BetterSqlite(':memory:')
  try {
    // the types don't know the name of the function
    const load: (library: string, entryPoint: string) => void = connection.loadExtension.bind(connection)
    load('libc.so.6', 'malloc_trim')
  } catch {
    // the function's result, or that there is none
  } finally {
    connection.close()
  }
}
