import fc from 'fast-check'

/** A body and its declared type. */
export interface SentBody {
  /** `null`: none. */
  type: string | null
  bytes: Buffer
}

/** A mutation of a well-formed body. */
export type BodyChange = (text: string) => Buffer

const types = fc.constantFrom(
  ...['application/json', 'application/json; charset=utf-16', 'application/json; charset=nonsense', 'text/plain'],
  ...['application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'multipart/form-data', 'text/json'],
  ...[
    'application/vnd.api+json',
    'application/octet-stream',
    '///',
    '',
    '*/*',
    'application/json;'.repeat(300),
    '\xff',
  ],
)

/** Replacements for a JSON value, as text, since some of them aren't valid JSON. */
const values = fc.oneof(
  fc.constantFrom(
    ...['null', '""', '[]', '{}', '[[]]', '-1', '-0', '1e400', '-1e400', '1e-400', '0.1', '2147483648', '-2147483649'],
    ...['9223372036854775808', '1e2', 'true', '"true"', '"1"', 'NaN', 'Infinity', '0x10', '01', '1.', '.5', '+1'],
    ...['"\\ud800"', '"\\u0000"', '"\\u202e"', '"a\\r\\nX-Injected: 1"', '"<script>/*marked*/</script>"', "'a'"],
    ...['undefined', '{"__proto__":{"a":1}}', '{"constructor":{"prototype":{"a":1}}}', '{"toString":1}'],
    ...['{"a":1,"a":2}', '"\\x"', '"owner@example.com\\u0000"', '"66faa6e4f13311eab12600ffeec8b4ef"'],
    ...['"0001-01-01T00:00:00Z"', '"9999-12-31"'],
  ),
  fc.constantFrom(10, 400, 5000, 1_000_000).map((length) => '9'.repeat(length)),
  fc.integer({ min: 1, max: 5000 }).map((depth) => '['.repeat(depth) + ']'.repeat(depth)),
  fc.integer({ min: 1, max: 5000 }).map((depth) => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`),
  fc.integer({ min: 1, max: 5000 }).map((length) => `[${'1,'.repeat(length)}1]`),
  fc.integer({ min: 1, max: 5000 }).map((length) => `"${'a'.repeat(length)}"`),
  fc.integer({ min: 1, max: 2000 }).map((count) => `{${Array.from({ length: count }, (_, n) => `"k${n}":1`).join()}}`),
)

/** Expensive mutations, which are rare. */
const vast = fc.constantFrom(
  () => `[${'1,'.repeat(4_000_000)}1]`,
  () => '1'.repeat(1_000_000),
  () => `[${'1,'.repeat(500_000)}1]`,
  () => '['.repeat(500_000),
  () => `"${'\\u0041'.repeat(200_000)}"`,
  () => `"${'a'.repeat(2_000_000)}"`,
  () => `{${'"a":1,'.repeat(200_000)}"b":1}`,
  () => ' '.repeat(1_000_000),
)

/** An offset in a text; wraps around beyond its end. */
const place = fc.nat({ max: 100_000 })

const changes: fc.Arbitrary<BodyChange> = fc.oneof(
  fc.tuple(place, values).map(
    ([at, value]) =>
      (text: string) =>
        Buffer.from(replaceValue(text, at, value)),
  ),
  fc.tuple(place, values).map(
    ([at, value]) =>
      (text: string) =>
        Buffer.from(replaceValue(text, at, value)),
  ),
  values.map((value) => () => Buffer.from(value)),
  fc.tuple(place, place).map(
    ([from, to]) =>
      (text: string) =>
        cut(text, from, to),
  ),
  fc.tuple(place, fc.uint8Array({ minLength: 1, maxLength: 8 })).map(
    ([at, bytes]) =>
      (text: string) =>
        insert(text, at, bytes),
  ),
  fc
    .tuple(
      place,
      fc.constantFrom(
        '/**/',
        '//',
        ',',
        ':',
        '"',
        '\\',
        '{',
        ']',
        '\0',
        '\ufeff',
        '\u2028',
        '%',
        '&',
        '=',
        '&a[]=',
        '+',
      ),
    )
    .map(
      ([at, text]) =>
        (body: string) =>
          insert(body, at, Buffer.from(text)),
    ),
  fc.constantFrom<BodyChange>(
    () => Buffer.alloc(0),
    (text) => Buffer.from(text, 'utf16le'),
    (text) => Buffer.concat([Buffer.from('\ufeff'), Buffer.from(text)]),
    (text) => Buffer.from(`${text}${text}`),
    (text) => Buffer.from(text.replaceAll('"', "'")),
    (text) => Buffer.from(text.replace('}', ',}')),
    (text) => Buffer.from(`--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n${text}\r\n--x--\r\n`),
    (text) => Buffer.from(`--x\r\n${'Content-Disposition: form-data; name=a\r\n'.repeat(100)}\r\n${text}`),
  ),
)

/** A body that replaces the well-formed one, or is added to a request without one. */
export const bodyChanges: fc.Arbitrary<(text: string, type: string) => SentBody> = fc
  .tuple(
    fc.option(types, { freq: 3, nil: undefined }),
    fc.oneof(
      { weight: 25, arbitrary: changes },
      {
        weight: 1,
        arbitrary: vast.map(
          (make): BodyChange =>
            () =>
              Buffer.from(make()),
        ),
      },
    ),
  )
  .map(([otherType, change]) => (text, type) => ({ type: otherType ?? type, bytes: change(text) }))

/** Replaces the value after some colon, bracket or comma. */
function replaceValue(text: string, at: number, value: string): string {
  const places = [...text.matchAll(/(?<=[:[,])(?:"(?:[^"\\]|\\.)*"|[\w.+-]+|\[\]|\{\})/g)]
  const found = places[at % Math.max(places.length, 1)]
  if (found === undefined) return value
  return text.slice(0, found.index) + value + text.slice(found.index + found[0].length)
}

function cut(text: string, from: number, to: number): Buffer {
  const [start, end] = [from % (text.length + 1), to % (text.length + 1)].sort((a, b) => a - b) as [number, number]
  return Buffer.from(text.slice(0, start) + text.slice(end))
}

function insert(text: string, at: number, bytes: Uint8Array): Buffer {
  const body = Buffer.from(text)
  const place = at % (body.length + 1)
  return Buffer.concat([body.subarray(0, place), bytes, body.subarray(place)])
}
