import fc from 'fast-check'

/** A mutation of a request target. */
export type TargetChange = (target: string) => string

type Headers = readonly (readonly [name: string, value: string])[]

/** How often to repeat a piece; sometimes beyond the 32 KB limit for headers. */
const times = fc.oneof(
  { weight: 5, arbitrary: fc.integer({ min: 1, max: 50 }) },
  { weight: 3, arbitrary: fc.integer({ min: 50, max: 3000 }) },
  { weight: 1, arbitrary: fc.integer({ min: 3000, max: 10_500 }) },
)

/** Insertions into targets, each of which has confused some parser. */
const pieces = fc.oneof(
  fc.constantFrom(
    ...['%00', '%', '%2', '%zz', '%ff', '%c0%af', '%ed%a0%80', '%25', '%2f', '%2e%2e%2f', '/../', '/./', '//', '\\'],
    ...[';', '?', '#', '&', '=', '+', '@', ':', '*', '[]', '[a]', '.', '..', '|', '^', '{}', "'", '"', '<', '$', '~'],
    ...[' ', '\0', '\t', '\r', '\n', '\xe9', '\xff', '\x7f', '%0d%0aX-Injected:%201'],
    ...['%3Cscript%3E/*marked*/%3C/script%3E', '__proto__', 'constructor', '/@', '/@scrap-1', '/@scrap-1/@scrap-2'],
    ...['/@%73crap-1', '/@UPPER', '/@a.b', '/__mock/', '/__mock/journal', '/s/', '/docs/..%2f..%2f..%2fpackage.json'],
    ...['/api/2.0/', '/api//2.0/', '/oauth2/', '/API/2.0/'],
  ),
  fc
    .tuple(fc.constantFrom('%ff', '%', 'a', '/', '..%2f', '&a', '&a=b', '?', ',', '%41', ';', '[', '@'), times)
    .map(([piece, n]) => piece.repeat(n).slice(0, 30_000)),
)

const pairs = fc.tuple(
  fc.constantFrom(
    ...['fields', 'origin', 'asc_auth_key', 'x-signature', 'limit', 'offset', 'after', 'since', 'userid', 'key'],
    ...['confirm', 'fields[]', 'fields[__proto__]', '__proto__', 'filterValue', 'access_token', 'redirect_uri'],
    ...['state', 'resource'],
  ),
  fc.oneof(
    fc.constantFrom(
      ...['', 'id', 'id,email', '__proto__', 'response.id', '-1', '1e9', '99999999999999999999', 'http://evil.example'],
      ...['http://[', 'javascript:alert(1)', 'a.b', '%ff', '%00', '%ed%a0%80'],
      ...['%22%3E%3Cscript%3E/*marked*/%3C/script%3E'],
    ),
    times.map((n) => 'a,'.repeat(n)),
    times.map((n) =>
      Array.from({ length: n }, (_, i) => `n${i}`)
        .join()
        .slice(0, 30_000),
    ),
    times.map((n) => '1'.repeat(n)),
  ),
)

const place = fc.nat({ max: 10_000 })

/** Mutations of a target: of its path, its query, its form. */
export const targetChanges: fc.Arbitrary<TargetChange> = fc.oneof(
  fc.tuple(place, pieces).map(
    ([at, piece]) =>
      (target: string) =>
        insert(target, at, piece),
  ),
  fc.array(pairs, { minLength: 1, maxLength: 4 }).map((added) => (target: string) => {
    const query = added.map(([name, value]) => `${name}=${value}`).join('&')
    return `${target}${target.includes('?') ? '&' : '?'}${query}`
  }),
  fc.tuple(place, place).map(([from, length]) => (target: string) => {
    const at = 1 + (from % target.length)
    return target.slice(0, at) + target.slice(at + 1 + (length % 10))
  }),
  fc.constantFrom<TargetChange>(
    (target) => target.toUpperCase(),
    (target) => target.toLowerCase(),
    (target) => `${target}/`,
    (target) => target.replaceAll('/', '//'),
    (target) => `http://localhost${target}`,
    (target) => `http://evil.example${target}`,
    (target) =>
      [...target]
        .map((character) => (/\w/.test(character) ? `%${character.charCodeAt(0).toString(16)}` : character))
        .join(''),
    (target) => target.slice(1),
    () => '*',
    () => '',
    (target) => target.replace('?', '#'),
  ),
)

/** Methods other than those of the operation. Some are invalid, and some get a response without a body. */
export const otherMethods = fc.constantFrom(
  ...['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'CONNECT', 'QUERY', 'PROPFIND', 'PURGE'],
  ...['SEARCH'],
  ...[
    'M-SEARCH',
    'get',
    'Get',
    'FOO',
    'G ET',
    'GET\t',
    '',
    '\0',
    '\xe9',
    'G'.repeat(300),
    '__PROTO__',
    'SOURCE',
    'LINK',
  ],
)

const names = fc.constantFrom(
  ...['Authorization', 'Cookie', 'x-signature', 'ApiKeyBearer', 'asc_auth_key', 'confirm', 'Origin', 'Host', 'Accept'],
  ...['Accept-Language', 'Accept-Encoding', 'Content-Type', 'Content-Encoding', 'X-Forwarded-For', 'X-Forwarded-Host'],
  ...['X-Forwarded-Proto', 'Forwarded', 'X-DocSpace-Mock-Portal', 'X-DocSpace-Mock-Explain', 'traceparent', 'Expect'],
  ...['Access-Control-Request-Method', 'Access-Control-Request-Headers', 'Upgrade', 'Connection', 'Keep-Alive', 'Via'],
  ...['If-None-Match', 'If-Modified-Since', 'Range', 'Referer', 'User-Agent', 'Payment-Info', 'Last-Event-ID'],
  ...['Trailer', 'X-HTTP-Method-Override', '__proto__', 'constructor', 'X-Real-IP', 'X-Original-URL', 'TE', 'Date'],
  ...['DPoP', 'Content-Length', 'Transfer-Encoding', 'A b', '', ':a', 'A\0', '\xe9', ' A'],
)

const values = fc.oneof(
  fc.constantFrom(
    ...['', ' ', ',', ';', '=', '%', '%ff', '%00', '*', '*/*', '*/*;q=', 'null', 'undefined', '-1', '0', '1e9', 'NaN'],
    ...['Basic', 'Basic !!!', 'Basic eDp5', 'Bearer', 'Bearer ..', 'Bearer sk-', 'Bearer e30.e30.', 'Digest a="b"'],
    ...['sk-', 'eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.', 'asc_auth_key=%zz', 'asc_auth_key=a; asc_auth_key=b'],
    ...['__proto__=1', 'a;b;c', 'http://evil.example', 'http://[', 'javascript:alert(1)', 'evil.example', 'localhost'],
    ...['scrap-1.localhost', '[::1]', 'a.localhost:99999', '127.0.0.1', '203.0.113.7, 10.0.0.1', '::ffff:127.0.0.1'],
    ...['scrap-1', '__proto__', 'a/../b', '1', 'application/json', 'text/html', 'de', 'xx-XX-xxxx-xxxxx', 'gzip'],
    ...['identity', 'chunked', 'gzip, chunked', 'close', 'keep-alive', 'upgrade', 'websocket', 'h2c', '100-continue'],
    ...['bytes=0-', 'GET', '\xff\xfe', '\xe9', 'a\0b', 'a\x7fb', 'a\r\n b', 'a\rb', '00-1-2-01', '"', '\\'],
    ...['<script>/*marked*/</script>', 'a\tb'],
  ),
  fc
    .tuple(
      fc.constantFrom('a', ' ', ',', ';', '%ff', '=', 'a=b;', 'a,', '*/*,', '\t', '\xff', '[', '.', '1', 'de;q=0.1,'),
      times,
    )
    .map(([piece, n]) => piece.repeat(n)),
  times.map((n) => `a${' '.repeat(3 * n)}b`),
  times.map((n) => `Basic ${'QUJD'.repeat(n)}`),
  times.map((n) => `Bearer sk-${'a'.repeat(n)}`),
  times.map((n) => `asc_auth_key=${'%ff'.repeat(n)}`),
)

/** Headers beside those of a well-formed request. */
export const otherHeaders: fc.Arbitrary<Headers> = fc.oneof(
  { weight: 20, arbitrary: fc.array(fc.tuple(names, values), { minLength: 1, maxLength: 4 }) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(names, values, fc.integer({ min: 2, max: 5 }))
      .map(([name, value, n]) => Array(n).fill([name, value])),
  },
  {
    weight: 1,
    arbitrary: fc
      .integer({ min: 90, max: 300 })
      .map((n) => Array.from({ length: n }, (_, i) => [`X-${i}`, 'a'] as const)),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(names, fc.integer({ min: 8000, max: 40_000 }))
      .map(([name, n]) => [[name, 'a'.repeat(n)]] as const),
  },
)

function insert(text: string, at: number, piece: string): string {
  const place = 1 + (at % text.length)
  return text.slice(0, place) + piece + text.slice(place)
}
