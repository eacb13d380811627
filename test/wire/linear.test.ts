import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import t from 'tap'
import { size, validate, webPage } from '../../src/api/clients/validation.ts'
import { authorizationMistake } from '../../src/auth/authorization-mistake.ts'
import { pathPattern } from '../../src/control/faults/path-pattern.ts'
import { readFaultHeader } from '../../src/control/faults/request-header.ts'
import { providerStates } from '../../src/control/states.ts'
import { decodeBase64 } from '../../src/domain/base64.ts'
import { isEmailLike } from '../../src/domain/email-like.ts'
import { parseEmployeeType } from '../../src/domain/employee-type.ts'
import { parseGuid } from '../../src/domain/guid.ts'
import { decodePart } from '../../src/domain/json-web-token.ts'
import { parseNetwork } from '../../src/domain/network.ts'
import { parseInteger } from '../../src/domain/number.ts'
import { nearestTo } from '../../src/domain/spelling.ts'
import { readRequestHead } from '../../src/http/request-head.ts'
import { valuesOf } from '../../src/journal/description.ts'
import { bodyDifferences } from '../../src/journal/differences.ts'
import type { Exchange } from '../../src/journal/entry.ts'
import { maskedBody, maskedHeader, maskedTarget } from '../../src/journal/masks.ts'
import { asksForJson, jsonContentType, wantsJsonText } from '../../src/wire/accept.ts'
import { readCookie } from '../../src/wire/cookies.ts'
import { selectFields } from '../../src/wire/fields.ts'
import { withoutFinalDot } from '../../src/wire/host.ts'
import { IdentityRefusal, identityProblem } from '../../src/wire/identity-problem.ts'
import { toJson } from '../../src/wire/json.ts'
import { type JsonNode, readJsonText } from '../../src/wire/json-text.ts'
import { percentDecode } from '../../src/wire/percent.ts'
import { Query, queryPairs } from '../../src/wire/query.ts'
import { displayPath, plainTarget, portalOfTarget, routingTarget } from '../../src/wire/target.ts'
import { growthOf } from '../cost.ts'

t.setTimeout(240_000)

/** Everything that reads text of a client, with a prefix that leads into it. */
const readers: Record<string, [begin: string, read: (text: string) => unknown]> = {
  'percent decoding': ['', percentDecode],
  'a query': ['?', (text) => new Query(text).hasPrefix('inDto')],
  'one parameter of a query': ['?a=', (text) => new Query(text).all('a')],
  'a cookie': ['', (text) => readCookie(text, 'asc_auth_key')],
  'the value of a cookie': ['asc_auth_key=', (text) => readCookie(text, 'asc_auth_key')],
  'a path as it is shown': ['/', displayPath],
  'a path as it is routed': ['/', routingTarget],
  'a path of the API': ['/api/2.0/portal/', plainTarget],
  'a path of the identity service': ['/api/2.0/oauth2/', routingTarget],
  'an absolute target': ['http://', routingTarget],
  'the name of a portal': ['/@', portalOfTarget],
  'a host': ['', withoutFinalDot],
  'the content type of an answer': ['text/', jsonContentType],
  'whether JSON is accepted': ['', (text) => [wantsJsonText(text), asksForJson(text)]],
  Base64: ['', decodeBase64],
  'an e-mail': ['', isEmailLike],
  'a role': ['', parseEmployeeType],
  'a GUID': ['', parseGuid],
  'a GUID in braces': ['{', parseGuid],
  'a part of a token': ['', decodePart],
  'a network': ['', parseNetwork],
  'a number': ['', (text) => parseInteger(text, 64)],
  'a negative number': ['-', (text) => parseInteger(text, 32)],
  'a name that may be a slip': ['', (text) => nearestTo(text, ['password', 'userName'], String)],
  'a mistake in Authorization': ['', (text) => authorizationMistake(text, 'key')],
  'a mistake behind Bearer': ['Bearer ', (text) => authorizationMistake(text, 'key')],
  'a mistake in a token': ['eyJ', (text) => authorizationMistake(text, 'key')],
  'the head of a broken request': [
    'GET /',
    (text) => readRequestHead({ code: 'HPE_INVALID_METHOD', rawPacket: Buffer.from(text), bytesParsed: text.length }),
  ],
  'a head that is too long': [
    'GET /x HTTP/1.1\r\n',
    (text) => readRequestHead({ code: 'HPE_HEADER_OVERFLOW', rawPacket: Buffer.from(text) }),
  ],
  'the masks of a body': ['', maskedBody],
  'the masks of a form': ['a=b&', maskedBody],
  'the masks of parts': ['--x\r\n', maskedBody],
  'the masks of XML': ['<a>', maskedBody],
  'the masks of character data': ['<a><![CDATA[', maskedBody],
  'the masks of an attribute': ['<a b="', maskedBody],
  'the masks of lines': ['a=b\n', maskedBody],
  'the masks of a path with dots': ['/./', maskedTarget],
  'the masks of JSON': ['{"password":"', maskedBody],
  'the masks of a Python dict': ["{'password': '", maskedBody],
  'the masks of a path': ['/authentication/', maskedTarget],
  'the masks of a query': ['/?', maskedTarget],
  'the masks of Authorization': ['Bearer ', (text) => maskedHeader('authorization', text)],
  'the masks of cookies': ['', (text) => [maskedHeader('cookie', text), maskedHeader('set-cookie', text)]],
  'the masks of another header': ['', (text) => maskedHeader('x-token', text)],
  'a form in the journal': [
    'a=',
    (text) =>
      bodyDifferences({ a: 'b' }, {
        body: { content: text },
        headers: ['Content-Type', 'application/x-www-form-urlencoded'],
      } as unknown as Exchange),
  ],
  'a query in the journal': ['', (text) => valuesOf(queryPairs(text), (_, value) => value)],
  'a pattern of paths': ['/', (text) => pathPattern(text)(text)],
  'the header of faults': ['delay=1,', (text) => attempt(() => readFaultHeader(text))],
  'a state of a provider': ['a user ', (text) => providerStates.map(({ pattern }) => pattern.test(text))],
  'the caller of a state': ['the caller is ', (text) => providerStates.map(({ pattern }) => pattern.test(text))],
  'the target in a problem': ['http://', (text) => identityProblem(new IdentityRefusal(400, 'x'), text)],
  'a text in an answer': ['', toJson],
  'a page of a client': ['', (text) => attempt(() => validate({ page: text }, { page: webPage('page') }))],
  'a page with a scheme': ['https://', (text) => attempt(() => validate({ page: text }, { page: webPage('page') }))],
  'the size of a text': ['', (text) => attempt(() => validate({ name: text }, { name: [size(1, 2, 'wrong')] }))],
  'JSON text': ['', (text) => attempt(() => walk(readJsonText(Buffer.from(text))))],
  'JSON in a list': ['[', (text) => attempt(() => walk(readJsonText(Buffer.from(text))))],
  'JSON in an object': ['{"a":', (text) => attempt(() => walk(readJsonText(Buffer.from(text))))],
  'a string of JSON': ['["', (text) => attempt(() => walk(readJsonText(Buffer.from(`${text}"]`))))],
}

/** Pieces to repeat in a text: everything that could slow down a pattern or a parser. */
const units = [
  ...Array.from(' \t,;=&.-+/0a%@"\\\'[({<$*?:#é😀'),
  '\r\n',
  'a ',
  'a,',
  ', ',
  'a.',
  'a=b&',
  '&a',
  'a=a;',
  '; ',
  '%ff',
  '%ffa',
  '%e2%82',
  '%41',
  '%2f',
  '%26',
  '%26a=',
  './',
  '../',
  '/@',
  '/s/',
  '//a',
  'sk-',
  'eyJaaaa.',
  'eyJaaaa ',
  '"a":',
  '"a":"b",',
  '{"a":',
  '[[1],',
  '1,',
  '1.1.1.1,',
  'q=1,',
  'text/json;q=0,',
  "'a':",
  '\\"',
  '\\u0061',
  '--x\r\n',
  '\r\n--x\r\n\r\n',
  '/authentication/',
  'delay=1,',
  ' exists',
  'Bearer ',
  'a@',
  'http://',
]

function attempt(call: () => unknown): void {
  try {
    call()
  } catch {
    // what is refused has been read as well
  }
}

function walk(node: JsonNode): unknown {
  if (node.kind === 'object') return Array.from(node.members(), ({ name, value }) => [name, walk(value)])
  if (node.kind === 'array') return Array.from(node.items(), walk)
  return node.text
}

t.test('reading a text takes linear time', async (t) => {
  for (const [what, [begin, read]] of Object.entries(readers)) {
    for (const unit of units) {
      const textOf = (length: number) => begin + unit.repeat(length / unit.length)
      for (const end of ['b', '\n']) {
        const growth = await growthOf((length) => {
          const text = textOf(length) + end
          return () => read(text)
        }, 4000)
        if (growth !== null) t.fail(`${what}, ${JSON.stringify(unit)} and ${JSON.stringify(end)}: ${growth.join(', ')}`)
      }
    }
  }
  t.pass('all were read')
})

t.test('selecting fields takes linear time', async (t) => {
  for (const suffix of ['', '.a', '.a.a']) {
    const growth = await growthOf((length) => {
      const names = Array.from({ length }, (_, i) => `name${i}${suffix}`)
      const value = Object.fromEntries(Array.from({ length }, (_, i) => [`name${i + 1}`, { a: { a: 1 } }]))
      return () => selectFields(value, names)
    }, 1000)
    t.same(growth, null, suffix)
  }
})

t.test('reading JSON takes linear time', async (t) => {
  const bodies: Record<string, (length: number) => string> = {
    'a list of numbers': (length) => `[${'1,'.repeat(length / 200)}1]`,
    'a list of nothing': (length) => `[${'[],'.repeat(length / 200)}[]]`,
    'members with one name': (length) => `{${'"a":1,'.repeat(length / 200)}"a":1}`,
    'a long string': (length) => `"${'a'.repeat(length)}"`,
    'a string of escapes': (length) => `"${'\\u0061'.repeat(length / 6)}"`,
    'a long name': (length) => `{"${'é'.repeat(length / 2)}":1}`,
    blanks: (length) => `${' \n'.repeat(length / 2)}1`,
    'blanks and no value': (length) => `${' \n'.repeat(length / 2)}x`,
    'a long number': (length) => '9'.repeat(length),
    'a string without an end': (length) => `"${'a'.repeat(length)}`,
    levels: (length) => '['.repeat(length),
  }
  for (const [what, bodyOf] of Object.entries(bodies)) {
    const growth = await growthOf((length) => {
      const bytes = Buffer.from(bodyOf(length))
      return () => attempt(() => walk(readJsonText(bytes)))
    }, 200_000)
    t.same(growth, null, what)
  }
})

t.test('validated JSON takes no memory', async (t) => {
  setFlagsFromString('--expose-gc')
  const collect: () => void = runInNewContext('gc')
  const bytes = Buffer.from(`[${'[1],'.repeat(4000)}1]`)
  readJsonText(bytes)
  collect()
  const before = process.memoryUsage().heapUsed
  const nodes = Array.from({ length: 100 }, () => readJsonText(bytes))
  collect()
  t.ok(process.memoryUsage().heapUsed - before < 100_000, `${nodes.length} nodes`)
})

t.test('more values than any operation uses are refused, whatever follows', async (t) => {
  const most = (unit: string) => unit.repeat(9998)
  for (const [begin, unit, end] of [
    ['[', '1,', '1]'],
    ['{', '"a":1,', '"a":1}'],
  ] as const) {
    t.doesNotThrow(() => readJsonText(Buffer.from(begin + most(unit) + end)))
    const refusal = { status: 413, message: 'the body has more than 10000 values' }
    t.throws(() => readJsonText(Buffer.from(begin + most(unit) + unit + end)), refusal)
    t.throws(() => readJsonText(Buffer.from(begin + most(unit) + unit.repeat(2))), refusal)
  }
})
