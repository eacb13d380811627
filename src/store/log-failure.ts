import type { FastifyBaseLogger } from 'fastify'
import { LRUCache } from 'lru-cache'
import { DataFileError } from './data-file-error.ts'

/** The same problem with a data file is logged once in this time, in ms. */
const SILENCE = 60_000

/** Recently logged problems. */
const logged = new LRUCache<string, true>({ max: 100, ttl: SILENCE })

/** Logs a failure of the server with its stack. A data file that can't be used is one line, once a minute. */
export function logFailure(log: FastifyBaseLogger, error: Error): void {
  if (!(error instanceof DataFileError)) log.error(error)
  else if (!logged.has(error.message)) {
    logged.set(error.message, true)
    log.error(error.message)
  }
}

/** The message of an error for clients, without paths of the server. */
export function publicMessage(error: Error): string {
  return error instanceof DataFileError ? error.publicMessage : error.message
}
