import type { FastifyRequest } from 'fastify'
import type { Caller } from '../auth/caller.ts'

/** Who is calling a guarded operation: the gate has let nobody through who isn't anybody. */
export function callerOf({ caller }: FastifyRequest): Caller {
  if (caller === null) throw new TypeError('this operation has no gate')
  return caller
}
