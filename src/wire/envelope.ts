import { toJson } from './json.ts'

/** The request that an answer belongs to, as its `links` show it. */
export interface RequestLink {
  href: string
  /** The HTTP method. */
  action: string
}

/**
 * Wraps a result the way every success is wrapped.
 *
 * @param response the result as JSON text; `undefined` for operations that give none
 * @param count how many a list has; 1 for all else
 */
export function successEnvelope(link: RequestLink, response: string | undefined, count = 1): string {
  const links = `"links":[{"href":${toJson(link.href)},"action":"${link.action}"}],"status":0,"statusCode":200}`
  return response === undefined ? `{"count":0,${links}` : `{"response":${response},"count":${count},${links}`
}
