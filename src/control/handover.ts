import type { IncomingMessage } from 'node:http'
import type { PortalSlot } from '../store/portal-slot.ts'

/** What is known of a request when it comes to the control API. */
export interface Handover {
  /** The portal that it is about. */
  slot: PortalSlot
  /** What that portal's own links begin with, as the client sees it. */
  root: string
  /** `/@name` where the client has named the portal by a path or a header, else nothing. */
  portalPath: string
}

const handovers = new WeakMap<IncomingMessage, Handover>()

/** Tells the app that a request is handed to what is known of it. */
export function handOver(request: IncomingMessage, handover: Handover): void {
  handovers.set(request, handover)
}

/**
 * What was known of a request that was handed over.
 *
 * @throws TypeError where it wasn't
 */
export function takeOver(request: IncomingMessage): Handover {
  const handover = handovers.get(request)
  if (handover === undefined) throw new TypeError('the request was not handed over by the server')
  return handover
}
