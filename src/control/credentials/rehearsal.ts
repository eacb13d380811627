import type { FastifyInstance } from 'fastify'
import type { PortalSlot } from '../../store/portal-slot.ts'
import type { GuardedRequest } from './guarded-operations.ts'

/** Puts a server like the one that is controlled in front of one portal, whose links begin with an origin. */
export type CreateServer = (portal: PortalSlot, origin: string) => Promise<FastifyInstance>

/** Where what is to be asked is asked otherwise. */
export interface Stage {
  slot: PortalSlot
  /** What the portal's own links begin with, as the client sees it. */
  root: string
  /** `/@name` where the client has named the portal by a path or a header, else nothing. */
  portalPath: string
  createServer: CreateServer
}

/** Asks what a request is answered with certain headers. */
export type Ask = (request: GuardedRequest, headers: Record<string, string>) => Promise<number>

/**
 * Tries requests out on a copy of a portal, behind a server like the real one: what it answers is what the real one will
 * answer. Nothing is left behind, and each request finds the portal as it is.
 */
export async function rehearse<Result>(
  { slot, root, portalPath, createServer }: Stage,
  work: (ask: Ask) => Promise<Result>,
): Promise<Result> {
  const copy = slot.copy()
  copy.changeSettings({ rateLimits: null })
  const app = await createServer(copy, new URL(root).origin)
  const ask: Ask = async ({ method, path, body }, headers) => {
    const url = portalPath + path
    const send = () => app.inject({ method, url, headers, ...(body && { payload: body }) })
    return (await copy.state.rehearse(send)).statusCode
  }
  try {
    return await work(ask)
  } finally {
    await app.close()
    copy.close()
  }
}
