/** Header lines in the order and the spelling of the wire. */
export type HeaderLines = readonly (readonly [name: string, value: string])[]

/** A request and its answer, without anything in them that must not be told. */
export interface ArchivedExchange {
  /** What it was for. */
  comment: string
  /** When it was sent, in ms since 1970. */
  startedAt: number
  /** How long it took, in ms. */
  time: number
  request: {
    method: string
    /** With scheme and host. */
    url: string
    headers: HeaderLines
    body: string
    /** In bytes; -1: not known. */
    bodySize: number
  }
  answer: {
    /** 0: there was none. */
    status: number
    statusText: string
    headers: HeaderLines
    body: string
    bodySize: number
  }
  /** Members of one's own. Their names begin with an underscore. */
  members?: Readonly<Record<`_${string}`, unknown>>
}

/**
 * Writes exchanges as an HTTP archive, HAR 1.2. Each stands on a line of its own, so that archives can be compared.
 *
 * @param version of this package
 */
export function writeHar(exchanges: readonly ArchivedExchange[], version: string): string {
  return harHead(version) + exchanges.map(harEntry).join(',\n') + HAR_TAIL
}

/** The text before the entries of an archive, which are separated by commas and line breaks. */
export function harHead(version: string): string {
  return `{"log":{"version":"1.2","creator":${JSON.stringify({ name: 'docspace-mock', version })},"entries":[\n`
}

/** The text after the entries. */
export const HAR_TAIL = '\n]}}\n'

export function harEntry(exchange: ArchivedExchange): string {
  return JSON.stringify(entry(exchange))
}

function entry({ comment, startedAt, time, request, answer, members }: ArchivedExchange) {
  return {
    startedDateTime: new Date(startedAt).toISOString(),
    time,
    request: requestEntry(request),
    response: responseEntry(answer),
    cache: {},
    timings: { send: 0, wait: time, receive: 0 },
    comment,
    ...members,
  }
}

function requestEntry({ method, url, headers, body, bodySize }: ArchivedExchange['request']) {
  const query = new URLSearchParams(url.split('?')[1] ?? '')
  return {
    method,
    url,
    httpVersion: 'HTTP/1.1',
    cookies: [],
    headers: headerEntries(headers),
    queryString: [...query].map(([name, value]) => ({ name, value })),
    ...(body !== '' && { postData: { mimeType: headerOf(headers, 'content-type'), text: body } }),
    headersSize: -1,
    bodySize,
  }
}

function responseEntry({ status, statusText, headers, body, bodySize }: ArchivedExchange['answer']) {
  return {
    status,
    statusText,
    httpVersion: 'HTTP/1.1',
    cookies: [],
    headers: headerEntries(headers),
    content: { size: bodySize, mimeType: headerOf(headers, 'content-type'), text: body },
    redirectURL: headerOf(headers, 'location'),
    headersSize: -1,
    bodySize,
  }
}

function headerEntries(headers: HeaderLines) {
  return headers.map(([name, value]) => ({ name, value }))
}

function headerOf(headers: HeaderLines, name: string): string {
  return headers.find(([given]) => given.toLowerCase() === name)?.[1] ?? ''
}
