import fc from 'fast-check'
import { bodyChanges, type SentBody } from './bodies.ts'
import { credentials, type Secrets } from './credentials.ts'
import { otherHeaders, otherMethods, targetChanges } from './heads.ts'
import { type WellFormed, wellFormedRequests } from './operations.ts'

type Headers = readonly (readonly [name: string, value: string])[]

/** What checks need to know of a request in a delivery. */
export interface SentRequest {
  method: string
  target: string
  /** Whether it has to be refused because it lacks a valid credential. */
  mustBeRefused: boolean
  /** Whether it is well framed and can't match a fault, so that a response is required. */
  mustBeAnswered: boolean
}

/** How the bytes go out. */
export type Way =
  | { kind: 'whole' }
  /** A number of pieces, with a pause between them in milliseconds. */
  | { kind: 'pieces'; count: number; pause: number }
  /** The client sends this part, waits, and disconnects. */
  | { kind: 'hangUp'; part: number; wait: number; abruptly: boolean }

/** The data of one connection. */
export interface Delivery {
  requests: SentRequest[]
  bytes: Buffer
  way: Way
}

/** A body that may be more than an operation reads, in bytes. */
const LARGE = 60_000

/** How a body is framed: correctly, or in one of the ways on which servers and proxies disagree. */
type Framing = (bytes: Buffer) => { headers: Headers; bytes: Buffer; isSound: boolean }

const sized: Framing = (bytes) => ({ headers: [['Content-Length', String(bytes.length)]], bytes, isSound: true })

const CHUNKED = ['Transfer-Encoding', 'chunked'] as const

function chunks(bytes: Buffer, size: number, extension = '', end = '0\r\n\r\n'): Buffer {
  const parts: Buffer[] = []
  for (let at = 0; at < bytes.length; at += size) {
    const chunk = bytes.subarray(at, at + size)
    parts.push(Buffer.from(`${chunk.length.toString(16)}${extension}\r\n`), chunk, Buffer.from('\r\n'))
  }
  return Buffer.concat([...parts, Buffer.from(end)])
}

const chunked = (size: number): Framing => {
  return (bytes) => ({ headers: [CHUNKED], bytes: chunks(bytes, Math.max(size, bytes.length / 2000)), isSound: true })
}

const unsound = (frame: (bytes: Buffer) => { headers: Headers; bytes: Buffer }): Framing => {
  return (bytes) => ({ ...frame(bytes), isSound: false })
}

const trickery: Framing[] = [
  ...[-1, 1, 5, 100_000].map((more) =>
    unsound((bytes) => ({ headers: [['Content-Length', String(Math.max(0, bytes.length + more))]], bytes })),
  ),
  ...['-1', '0x10', '1e3', '+5', '99999999999999999999', '', ' ', '5, 5', '5,6', '5\0'].map((length) =>
    unsound((bytes) => ({ headers: [['Content-Length', length]], bytes })),
  ),
  ...[
    'gzip',
    'chunked, chunked',
    'Chunked',
    'xchunked',
    'chunked;q=1',
    '',
    'identity',
    '\x0bchunked',
    'gzip, chunked',
  ].map((coding) => unsound((bytes) => ({ headers: [['Transfer-Encoding', coding]], bytes: chunks(bytes, 100) }))),
  unsound((bytes) => ({ headers: [], bytes })),
  unsound((bytes) => ({ headers: [['Content-Length', String(bytes.length)], CHUNKED], bytes: chunks(bytes, 100) })),
  unsound((bytes) => ({
    headers: [
      ['Content-Length', '0'],
      ['Content-Length', String(bytes.length)],
    ],
    bytes,
  })),
  unsound((bytes) => ({ headers: [CHUNKED], bytes: chunks(bytes, 100, `;${'a'.repeat(20_000)}`) })),
  unsound((bytes) => ({ headers: [CHUNKED], bytes: chunks(bytes, 100, '', `0\r\n${'X-A: b\r\n'.repeat(500)}\r\n`) })),
  unsound((bytes) => ({ headers: [CHUNKED], bytes: chunks(bytes, 100, '', '') })),
  unsound((bytes) => ({ headers: [CHUNKED], bytes: chunks(bytes, 100, '', 'FFFFFFFFFFFFFFFFFF\r\n') })),
  unsound((bytes) => ({ headers: [CHUNKED], bytes: chunks(bytes, 100, '', '-1\r\n\r\n') })),
  unsound((bytes) => ({
    headers: [CHUNKED],
    bytes: Buffer.from(chunks(bytes, 100).toString('latin1').replaceAll('\r\n', '\n'), 'latin1'),
  })),
  unsound((bytes) => ({
    headers: [
      ['Expect', '100-continue'],
      ['Content-Length', String(bytes.length)],
    ],
    bytes,
  })),
]

const framings: fc.Arbitrary<Framing> = fc.oneof(
  { weight: 12, arbitrary: fc.constant(sized) },
  { weight: 3, arbitrary: fc.integer({ min: 1, max: 2000 }).map(chunked) },
  { weight: 2, arbitrary: fc.constantFrom(...trickery) },
)

/** Portals that control calls may change, since no check depends on them. */
const scrap = fc.integer({ min: 1, max: 12 }).map((n) => `/@scrap-${n}`)

const sometimes = <Value>(arbitrary: fc.Arbitrary<Value>, weight: number) =>
  fc.oneof({ weight: 10 - weight, arbitrary: fc.constant(null) }, { weight, arbitrary })

const requests = fc
  .record({
    wellFormed: wellFormedRequests(),
    portal: scrap,
    isFirst: fc.boolean(),
    credential: credentials,
    method: sometimes(otherMethods, 1),
    changeTarget: sometimes(targetChanges, 3),
    others: sometimes(otherHeaders, 3),
    changeBody: sometimes(bodyChanges, 3),
    framing: framings,
    isLast: fc.boolean(),
  })
  .map((parts) => (secrets: Secrets) => {
    const { wellFormed, credential, method, changeTarget, others, isLast } = parts
    const { target, isScrap } = addressed(parts)
    const body = bodyOf(parts)
    const framed = body === null ? null : parts.framing(body.bytes)
    const proof = credential(secrets)
    const headers: Headers = [
      ...wellFormed.headers,
      ...(wellFormed.guard === 'control' ? controlHeaders(proof.isForged, secrets) : []),
      ...(wellFormed.guard === 'control' && secrets.controlToken !== '' ? [] : proof.headers),
      ...(body?.type != null ? [['Content-Type', body.type] as const] : []),
      ...(framed?.headers ?? []),
      ...(others ?? []),
      ...(isLast ? [['Connection', 'close'] as const] : []),
    ]
    const isGuarded =
      wellFormed.guard === 'credential' || (wellFormed.guard === 'control' && secrets.controlToken !== '')
    const isIntact = method === null && changeTarget === null && others === null && (framed?.isSound ?? true)
    const request: SentRequest = {
      method: method ?? wellFormed.method,
      target,
      mustBeRefused: isGuarded && isIntact && proof.isForged,
      // the server may close the connection of a client that sends more than it reads
      mustBeAnswered: isIntact && !isScrap && !wellFormed.isEndless && (body?.bytes.length ?? 0) < LARGE,
    }
    return { request, bytes: written(request, headers, framed?.bytes) }
  })

function addressed({
  wellFormed,
  portal,
  isFirst,
  changeTarget,
}: {
  wellFormed: WellFormed
  portal: string
  isFirst: boolean
  changeTarget: ((target: string) => string) | null
}) {
  const isScrap = wellFormed.guard === 'control' || !isFirst
  const target = isScrap ? portal + wellFormed.target : wellFormed.target
  return { target: changeTarget?.(target) ?? target, isScrap }
}

function bodyOf({
  wellFormed: { body },
  changeBody,
}: {
  wellFormed: WellFormed
  changeBody: ((text: string, type: string) => SentBody) | null
}): SentBody | null {
  if (changeBody !== null) return changeBody(body?.text ?? '{}', body?.type ?? 'application/json')
  return body === null ? null : { type: body.type, bytes: Buffer.from(body.text) }
}

function controlHeaders(isForged: boolean, { controlToken }: Secrets): Headers {
  if (controlToken === '') return []
  return [['Authorization', `Bearer ${isForged ? `${controlToken.slice(0, -1)}!` : controlToken}`]]
}

function written({ method, target }: SentRequest, headers: Headers, body: Buffer = Buffer.alloc(0)): Buffer {
  const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`)
  const host = headers.some(([name]) => name === 'Host') ? '' : 'Host: localhost\r\n'
  return Buffer.concat([Buffer.from(`${method} ${target} HTTP/1.1\r\n${host}${lines.join('')}\r\n`, 'latin1'), body])
}

const ways: fc.Arbitrary<Way> = fc.oneof(
  { weight: 16, arbitrary: fc.constant({ kind: 'whole' as const }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('pieces' as const),
      count: fc.integer({ min: 2, max: 30 }),
      pause: fc.integer({ min: 0, max: 5 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('hangUp' as const),
      part: fc.double({ min: 0, max: 1, noNaN: true }),
      wait: fc.constantFrom(0, 0, 1, 5, 20, 60, 200),
      abruptly: fc.boolean(),
    }),
  },
)

/** Everything that may be sent over a connection: usually one request, sometimes several at once. */
export const deliveries: fc.Arbitrary<(secrets: Secrets) => Delivery> = fc
  .tuple(
    fc.oneof(
      { weight: 8, arbitrary: fc.array(requests, { minLength: 1, maxLength: 1 }) },
      { weight: 1, arbitrary: fc.array(requests, { minLength: 2, maxLength: 5 }) },
    ),
    ways,
  )
  .map(([makers, way]) => (secrets) => {
    const made = makers.map((make) => make(secrets))
    return { requests: made.map(({ request }) => request), bytes: Buffer.concat(made.map(({ bytes }) => bytes)), way }
  })

/** The delivery with this number in the run of this seed. */
export function deliveryAt(seed: number, n: number): (secrets: Secrets) => Delivery {
  const [make] = fc.sample(deliveries, { seed: (Math.imul(seed, 0x9e3779b1) + n) | 0, numRuns: 1 })
  if (make === undefined) throw new Error('fast-check gave no sample')
  return make
}
