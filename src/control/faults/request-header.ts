import { drawOf } from '../../domain/draw.ts'
import { MockRefusal } from '../../wire/refusals.ts'
import { type Effect, MAX_DELAY } from './definition.ts'
import type { Hit } from './fault.ts'

/** What a word of the header asks for; `null`: its value doesn't fit. */
type Reading = { effect: Effect } | { when: 'after' } | null

const words: Record<string, { takes: string; read: (value: string | undefined) => Reading }> = {
  delay: {
    takes: `delay=MILLISECONDS (at most ${MAX_DELAY})`,
    read: (value) => effectOf(numberIn(value, 0, MAX_DELAY), (delay) => ({ delay })),
  },
  status: {
    takes: 'status=CODE (200 to 599)',
    read: (value) => effectOf(numberIn(value, 200, 599), (status) => ({ answer: { status } })),
  },
  drop: {
    takes: 'drop or drop=halfway',
    read: (value) => {
      if (value === undefined) return { effect: { drop: 'unanswered' } }
      return value === 'halfway' ? { effect: { drop: value } } : null
    },
  },
  slow: {
    takes: 'slow=BYTES/MILLISECONDS',
    read: (value) => {
      const [size, pause, ...rest] = value?.split('/') ?? []
      const bytes = numberIn(size, 1, Number.MAX_SAFE_INTEGER)
      const interval = numberIn(pause, 0, MAX_DELAY)
      return bytes === null || interval === null || rest.length > 0 ? null : { effect: { slow: { bytes, interval } } }
    },
  },
  truncate: { takes: 'truncate', read: (value) => (value === undefined ? { effect: { truncate: true } } : null) },
  'invalid-json': {
    takes: 'invalid-json',
    read: (value) => (value === undefined ? { effect: { invalidJson: true } } : null),
  },
  'unknown-member': { takes: 'unknown-member[=NAME]', read: (name) => memberOf('unknownMember', name) },
  'unknown-enum-value': { takes: 'unknown-enum-value[=NAME]', read: (name) => memberOf('unknownEnumValue', name) },
  'missing-member': { takes: 'missing-member[=NAME]', read: (name) => memberOf('missingMember', name) },
  'null-member': { takes: 'null-member[=NAME]', read: (name) => memberOf('nullMember', name) },
  after: { takes: 'after', read: (value) => (value === undefined ? { when: 'after' } : null) },
}

/** Words that no plan may be called, since they mean something in the header. */
export function isHeaderWord(name: string): boolean {
  return Object.hasOwn(words, name)
}

/** The name of a plan, where the header is no more than that. */
export function planNamedBy(header: string): string | null {
  return /^[a-z0-9-]+$/.test(header) && !isHeaderWord(header) ? header : null
}

/**
 * Reads the faults that a request asks for itself, separated by commas: `delay=500, status=503, after`.
 *
 * @throws MockRefusal saying what the header takes
 */
export function readFaultHeader(header: string): Hit {
  const readings = header.split(',').map((entry) => readWord(entry.trim()))
  const effects = readings.map((reading) => ('effect' in reading ? reading.effect : {}))
  const effect: Effect = Object.assign({}, ...effects)
  if (Object.keys(effect).length === 0) throw refusal(header)
  if (effect.answer !== undefined && effect.drop === 'unanswered') {
    throw new MockRefusal(400, 'X-DocSpace-Mock-Fault takes status or drop, not both')
  }
  const when = readings.some((reading) => 'when' in reading) ? 'after' : 'before'
  return { name: header, call: null, effect, when, draw: drawOf(0, 1) }
}

function readWord(entry: string): NonNullable<Reading> {
  const [, name = '', value] = /^([a-z-]+)(?:=(.*))?$/.exec(entry) ?? []
  const word = Object.hasOwn(words, name) ? words[name] : undefined
  if (word === undefined) throw refusal(entry)
  const reading = word.read(value)
  if (reading === null) throw new MockRefusal(400, `X-DocSpace-Mock-Fault takes ${word.takes}, not '${entry}'`)
  return reading
}

function refusal(entry: string): MockRefusal {
  const takes = Object.values(words).map((word) => word.takes)
  return new MockRefusal(
    400,
    `X-DocSpace-Mock-Fault takes ${takes.join(', ')} or the name of a plan, not '${entry.slice(0, 100)}'`,
  )
}

function numberIn(text: string | undefined, min: number, max: number): number | null {
  const number = /^\d{1,9}$/.test(text ?? '') ? Number(text) : Number.NaN
  return number >= min && number <= max ? number : null
}

function effectOf(value: number | null, make: (value: number) => Effect): Reading {
  return value === null ? null : { effect: make(value) }
}

function memberOf(member: keyof Effect, name: string | undefined): Reading {
  if (name === undefined) return { effect: { [member]: true } }
  return /^[\w$-]{1,100}$/.test(name) ? { effect: { [member]: name } } : null
}
