import { negotiate } from '@fastify/accept-negotiator'

/**
 * The content type of a success. Only JSON is to be had: `text/json` where the Accept header prefers it, else
 * `application/json`, whatever was asked for.
 */
export function jsonContentType(accept: string | undefined): string {
  const prefersText = accept?.includes('text/') && !accept.includes('*/*')
  const type = prefersText ? negotiate(accept ?? '', ['application/json', 'text/json']) : null
  return `${type ?? 'application/json'}; charset=utf-8`
}

/** Whether an Accept header names JSON and not plain text: then a bare text is sent as a JSON string. */
export function wantsJsonText(accept: string | undefined): boolean {
  if (accept === undefined || accept.includes('*/*')) return false
  return negotiate(accept, ['text/plain', 'application/json']) === 'application/json' && !accept.includes('text/plain')
}
