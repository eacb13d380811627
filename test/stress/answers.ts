/** An answer as it came over the wire. */
export interface WireAnswer {
  status: number
  /** By lower-case name; repeated headers are joined with line feeds. */
  headers: Map<string, string>
  /** One character for each byte. */
  body: string
  /** Whether the body is complete. */
  isWhole: boolean
}

const STATUS_LINE = /^HTTP\/1\.1 ([1-5]\d\d) [\t\x20-\x7e\x80-\xff]*$/
const FIELD = /^([!#$%&'*+\-.^_`|~\w]+):[\t ]*([\t\x20-\x7e\x80-\xff]*)$/
const CHUNK_SIZE = /^[\da-f]+$/i

/**
 * Parses responses strictly by RFC 9112.
 *
 * @param text what came, one character for each byte
 * @param methods those of the requests, in their order
 * @param isOver whether the connection has ended
 * @throws Error saying what is malformed
 */
export function readAnswers(text: string, methods: readonly string[], isOver: boolean): WireAnswer[] {
  const answers: WireAnswer[] = []
  let rest = text
  let asked = 0
  while (rest !== '') {
    const end = rest.indexOf('\r\n\r\n')
    if (end === -1) return answers
    const [statusLine = '', ...lines] = rest.slice(0, end).split('\r\n')
    const [, code] = STATUS_LINE.exec(statusLine) ?? []
    if (code === undefined) throw new Error(`no status line: ${JSON.stringify(statusLine.slice(0, 200))}`)
    const status = Number(code)
    const headers = readFields(lines)
    const method = methods[asked] ?? ''
    const behind = rest.slice(end + 4)
    const { body, length, isWhole } = readBody(behind, status, headers, method, isOver)
    if (status >= 200) {
      answers.push({ status, headers, body, isWhole })
      asked++
    }
    rest = behind.slice(length)
    if (!isWhole) return answers
  }
  return answers
}

function readFields(lines: readonly string[]): Map<string, string> {
  const headers = new Map<string, string>()
  for (const line of lines) {
    const [, name, value = ''] = FIELD.exec(line) ?? []
    if (name === undefined) throw new Error(`no header: ${JSON.stringify(line.slice(0, 200))}`)
    const key = name.toLowerCase()
    const known = headers.get(key)
    headers.set(key, known === undefined ? value.trim() : `${known}\n${value.trim()}`)
  }
  return headers
}

function readBody(text: string, status: number, headers: Map<string, string>, method: string, isOver: boolean) {
  if (status < 200 || status === 204 || status === 304 || method === 'HEAD')
    return { body: '', length: 0, isWhole: true }
  const size = headers.get('content-length')
  if (headers.has('transfer-encoding')) {
    if (size !== undefined) throw new Error('both Content-Length and Transfer-Encoding')
    return readChunks(text)
  }
  if (size === undefined) return { body: text, length: text.length, isWhole: isOver }
  if (!/^\d+$/.test(size)) throw new Error(`the Content-Length ${JSON.stringify(size)}`)
  const length = Number(size)
  return { body: text.slice(0, length), length, isWhole: text.length >= length }
}

function readChunks(text: string) {
  let body = ''
  let at = 0
  for (;;) {
    const end = text.indexOf('\r\n', at)
    if (end === -1) return { body, length: text.length, isWhole: false }
    const size = text.slice(at, end)
    if (!CHUNK_SIZE.test(size)) throw new Error(`the chunk size ${JSON.stringify(size.slice(0, 40))}`)
    const length = Number.parseInt(size, 16)
    const next = end + 2 + length + 2
    if (text.length < next) return { body, length: text.length, isWhole: false }
    if (text.slice(next - 2, next) !== '\r\n') throw new Error('a chunk that is longer than its size')
    body += text.slice(end + 2, next - 2)
    at = next
    if (length === 0) return { body, length: at, isWhole: true }
  }
}
