import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { AuthGuard } from './guard.ts'

/** A guard's module that can't be used. The message names the file and what is missing. */
export class GuardModuleError extends Error {
  override readonly name = 'GuardModuleError'
}

/**
 * Loads a guard that somebody wrote: the default export of a module.
 *
 * @param file a path, relative ones from the working directory
 * @throws GuardModuleError
 */
export async function loadGuard(file: string): Promise<AuthGuard> {
  const { default: guard } = await importModule(file)
  const wanted = 'a guard: { name, securityScheme, authenticate(request) }'
  if (typeof guard !== 'object' || guard === null)
    throw new GuardModuleError(`${file}: its default export is not ${wanted}`)
  const { name, securityScheme, authenticate } = guard as Partial<AuthGuard>
  const isDescribed = typeof name === 'string' && typeof securityScheme === 'object' && securityScheme !== null
  const isGuard = isDescribed && typeof authenticate === 'function'
  if (!isGuard) throw new GuardModuleError(`${file}: its default export is not ${wanted}`)
  return guard as AuthGuard
}

async function importModule(file: string): Promise<{ default?: unknown }> {
  try {
    return await import(pathToFileURL(resolve(file)).href)
  } catch (error) {
    throw new GuardModuleError(`${file}: can't be loaded (${(error as Error).message}). Check --auth.`)
  }
}
