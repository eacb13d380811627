import type { InjectOptions } from 'fastify'
import type { Test } from 'tap'
import type { AuthGuard, Verdict } from '../../src/auth/guard.ts'
import type { ServerOptions } from '../../src/server.ts'
import type { PortalSlot } from '../../src/store/portal-slot.ts'
import { testServer } from '../helper.ts'

/** What a guard said of a request, and what became of it. */
export interface Asked {
  /** `null`: the guard found nothing of its kind, or failed. */
  verdicts: readonly Verdict[] | null
  status: number
  headers: Record<string, unknown>
  body: string
}

/** Puts a guard into a server, alone, where requests reach it as they do in earnest. */
export async function asker(
  t: Test,
  guard: AuthGuard,
  options: Partial<ServerOptions> & { portal?: PortalSlot } = {},
): Promise<(request: InjectOptions) => Promise<Asked>> {
  let verdicts: Asked['verdicts'] = null
  const listening: AuthGuard = {
    ...guard,
    async authenticate(request) {
      const said = await guard.authenticate(request)
      verdicts = said === null || 'length' in said ? said : [said]
      return said
    },
  }
  const { app } = await testServer(t, { ...options, guards: [listening] })
  return async (request) => {
    verdicts = null
    const { statusCode, headers, body } = await app.inject({ url: '/api/2.0/portal/userscount', ...request })
    return { verdicts, status: statusCode, headers, body }
  }
}

/** A verdict in a few words: whom it accepts with which scopes, or why it doesn't. */
export function inWords(verdict: Verdict | undefined): string {
  if (verdict === undefined) return 'no verdict'
  return 'refused' in verdict ? verdict.refused : `${verdict.user.id} ${verdict.scopes.join(' ')}`
}
