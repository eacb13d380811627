import type { FastifyBaseLogger } from 'fastify'
import { LRUCache } from 'lru-cache'
import { DataFileError } from './data-file-error.ts'

/** How long the same problem of a data file isn't logged again, in ms. */
const SILENCE = 60_000

/** What was logged a short while ago. */
const logged = new LRUCache<string, true>({ max: 100, ttl: SILENCE })

/** Logs a failure of the server itself with its stack. A data file that can't be used is a line, once a minute. */
export function logFailure(log: FastifyBaseLogger, error: Error): void {
  if (!(error instanceof DataFileError)) log.error(error)
  else if (!logged.has(error.message)) {
    logged.set(error.message, true)
    log.error(error.message)
  }
}

/** What clients learn of an error: no paths of the server. */
export function publicMessage(error: Error): string {
  return error instanceof DataFileError ? error.publicMessage : error.message
}
