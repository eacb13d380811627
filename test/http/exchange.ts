import { connect } from 'node:net'

/** One answer of those that came over a connection. */
export interface Answer {
  status: number
  /** By their names in lower case. */
  headers: Map<string, string>
  body: string
}

/** How to send. */
export interface ExchangeOptions {
  /** Pieces that go out one after the other; all at once unless given. */
  pieces?: boolean
  /** How long to wait for a connection that the server doesn't close, in ms. */
  patience?: number
}

/** Sends bytes as they are over a connection of their own, and gives what comes back until the connection ends. */
export function exchange(
  port: number,
  request: string | Buffer,
  { pieces = false, patience = 10_000 }: ExchangeOptions = {},
): Promise<Answer[]> {
  const bytes = Buffer.from(request as string, 'latin1')
  return new Promise((resolve) => {
    const chunks: Buffer[] = []
    const socket = connect(port, '127.0.0.1', () => {
      socket.setNoDelay(true)
      if (!pieces) socket.write(bytes)
      else for (const byte of bytes) socket.write(Buffer.of(byte))
    })
    socket.setTimeout(patience, () => socket.destroy())
    socket.on('data', (chunk) => chunks.push(chunk))
    // a server may hang up on somebody who is still sending
    socket.on('error', () => {})
    socket.on('close', () => resolve(parseAnswers(Buffer.concat(chunks).toString('latin1'))))
  })
}

function parseAnswers(text: string): Answer[] {
  const answers: Answer[] = []
  let rest = text
  while (rest.startsWith('HTTP/1.1 ')) {
    const [head = '', behind] = split(rest, '\r\n\r\n')
    const [statusLine = '', ...lines] = head.split('\r\n')
    const headers = new Map(lines.map((line) => [split(line, ':')[0].toLowerCase(), split(line, ':')[1].trim()]))
    const [body, next] = takeBody(behind, headers)
    answers.push({ status: Number(statusLine.split(' ')[1]), headers, body })
    rest = next
  }
  if (rest !== '') throw new Error(`no answer: ${rest.slice(0, 100)}`)
  return answers
}

function takeBody(text: string, headers: ReadonlyMap<string, string>): [body: string, rest: string] {
  if (headers.get('transfer-encoding') !== 'chunked') {
    const length = Number(headers.get('content-length') ?? 0)
    return [text.slice(0, length), text.slice(length)]
  }
  let body = ''
  let rest = text
  for (;;) {
    const [size, behind] = split(rest, '\r\n')
    const length = Number.parseInt(size, 16)
    body += behind.slice(0, length)
    rest = behind.slice(length + 2)
    if (!(length > 0)) return [body, rest]
  }
}

function split(text: string, separator: string): [before: string, behind: string] {
  const at = text.indexOf(separator)
  return at === -1 ? [text, ''] : [text.slice(0, at), text.slice(at + separator.length)]
}
