import { connect } from 'node:net'

/** An answer as it came over the wire. */
export interface RawAnswer {
  status: number
  /** In the order and the spelling of the wire. */
  headers: [name: string, value: string][]
  body: string
}

/**
 * Sends bytes to a server and reads one answer. Nothing is added to what is sent, so that requests which no client
 * library would make can be made.
 */
export function sendRaw(port: number, request: string | Buffer): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    const socket = connect(port, '127.0.0.1', () => socket.write(request))
    socket.on('data', (chunk) => chunks.push(chunk))
    socket.on('error', reject)
    socket.on('close', () => resolve(parseAnswer(Buffer.concat(chunks).toString('utf8'))))
  })
}

/** What is needed for a request that is written by hand. */
export interface RawRequest {
  method: string
  path: string
  headers?: readonly (readonly [name: string, value: string])[]
  body?: string
}

/** Writes a request for a connection that is closed after it. Headers go out as they are, repeated ones too. */
export function writeRequest({ method, path, headers = [], body = '' }: RawRequest): string {
  const names = headers.map(([name]) => name.toLowerCase())
  const added = [['Connection', 'close']]
  if (!names.includes('host')) added.unshift(['Host', 'docs.example.com'])
  const isSized = names.includes('content-length') || names.includes('transfer-encoding')
  if (body !== '' && !isSized) added.push(['Content-Length', String(Buffer.byteLength(body))])
  const lines = [...headers, ...added].map(([name, value]) => `${name}: ${value}\r\n`)
  return `${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n${body}`
}

function parseAnswer(text: string): RawAnswer {
  const end = text.indexOf('\r\n\r\n')
  const [statusLine = '', ...lines] = text.slice(0, end).split('\r\n')
  const headers = lines.map((line): [string, string] => {
    const colon = line.indexOf(':')
    return [line.slice(0, colon), line.slice(colon + 1).trim()]
  })
  return { status: Number(statusLine.split(' ')[1]), headers, body: text.slice(end + 4) }
}
