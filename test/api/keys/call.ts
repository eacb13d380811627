import type { InjectOptions } from 'fastify'
import { apiKey } from '../../helper.ts'

/** An id that no key has. */
export const NO_KEY = '00000000-0000-4000-8000-000000000001'

/**
 * A request below `/api/2.0/keys`.
 *
 * @param key an API key, or the digit of one of the shipped fixture
 * @param path what follows `/keys`
 * @param payload the body: text as it is, all else as JSON
 */
export function call(
  key: string,
  method: 'GET' | 'POST' | 'PUT' | 'DELETE',
  path = '',
  payload?: unknown,
): InjectOptions & { headers: Record<string, string> } {
  const authorization = `Bearer ${key.length === 1 ? apiKey(key) : key}`
  const request = { method, url: `/api/2.0/keys${path}`, headers: { authorization } }
  if (payload === undefined) return request
  const body = typeof payload === 'string' ? payload : JSON.stringify(payload)
  return { ...request, headers: { authorization, 'content-type': 'application/json' }, payload: body }
}
