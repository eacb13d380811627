import t from 'tap'
import {
  maskedBody,
  maskedHeader,
  maskedLine,
  maskedMessage,
  maskedPath,
  maskedTarget,
  maskedText,
} from '../../src/journal/masks.ts'
import { splitTarget } from '../../src/wire/target.ts'
import { canaries, spellingsOf } from '../canaries.ts'
import { growthOf } from '../cost.ts'

const KEY = `sk-${'0123456789abcdef'.repeat(4)}`
const TOKEN = `${'Ab3+'.repeat(16)}/xyz==`
const JWT = 'eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl'

const headers: [name: string, value: string, shown: string][] = [
  ['Authorization', `Bearer ${KEY}`, 'Bearer …cdef'],
  ['authorization', KEY, '…cdef'],
  ['Authorization', TOKEN, '…yz=='],
  ['Authorization', 'Basic b3duZXI6b3duZXItcGFzc3dvcmQ=', 'Basic …'],
  ['Authorization', 'Bearer', 'Bearer'],
  ['Cookie', `asc_auth_key=${TOKEN}; theme=dark`, 'asc_auth_key=…yz==; theme=…'],
  ['Cookie', TOKEN, '…yz=='],
  ['Cookie', `Bearer ${TOKEN}`, '…yz=='],
  ['Set-Cookie', `asc_auth_key=${TOKEN}; path=/; httponly`, 'asc_auth_key=…yz==; path=/; httponly'],
  ['ApiKeyBearer', KEY, '…cdef'],
  ['asc_auth_key', TOKEN, '…yz=='],
  ['x-signature', JWT, '…dXJl'],
  ['confirm', 'type=LinkInvite&key=123456.abcdefghijklmnop&uid=1', 'type=LinkInvite&key=…mnop&uid=1'],
  ['X-Api-Key', 'a short one', '…'],
  [
    'Location',
    'http://a/confirm/LinkInvite?type=x&key=123.abcdefghijklmnopq',
    'http://a/confirm/LinkInvite?type=x&key=…nopq',
  ],
  ['Referer', `http://a/x?asc_auth_key=${encodeURIComponent(TOKEN)}`, 'http://a/x?asc_auth_key=…D%3D'],
  ['X-Other', `see ${KEY} and ${JWT}`, 'see sk-…cdef and …dXJl'],
  ['Host', 'owner:hunter2@localhost:8092', '…@localhost:8092'],
  ['Host', 'localhost:8092', 'localhost:8092'],
  ['Content-Type', 'application/json; charset=utf-8', 'application/json; charset=utf-8'],
  ['Access-Control-Allow-Credentials', 'true', 'true'],
  ['Idempotency-Key', 'not a secret', 'not a secret'],
]

for (const [name, value, shown] of headers) {
  t.test(`header ${name}: ${shown}`, async (t) => t.equal(maskedHeader(name, value), shown))
}

const targets: [target: string, shown: string][] = [
  ['/api/2.0/portal/userscount?a=b', '/api/2.0/portal/userscount?a=b'],
  ['/a?Userid=1&Key=123.abcdefghijklmnopqrs', '/a?Userid=1&Key=…pqrs'],
  ['/a?asc%5Fauth%5Fkey=abcdef', '/a?asc%5Fauth%5Fkey=…'],
  ['/a?code=424242&state=x&token=t', '/a?code=…&state=x&token=…'],
  [`/a?anything=${KEY}`, '/a?anything=sk-…cdef'],
  ['/a?to=http%3A%2F%2Fb%3Fkey%3Dsecret%26c%3Dd', '/a?to=http%3A%2F%2Fb%3Fkey%3D…%26c%3Dd'],
  ['/@w1/s/abcdefghijklmno', '/@w1/s/…'],
  ['/api/2.0/authentication/424242', '/api/2.0/authentication/…'],
  ['/api/2.0/authentication/logout', '/api/2.0/authentication/logout'],
  ['/@w1//api/2.0/authentication//424242', '/@w1//api/2.0/authentication//…'],
  ['/api/2.0/authentication/confirm', '/api/2.0/authentication/confirm'],
  ['/api/2.0/authentication//logout//', '/api/2.0/authentication//logout//'],
  ['/@w1//S//abcdefghijklmno', '/@w1//S//…'],
  ['/s/./abcdefghijklmno', '/s/…'],
  ['/s/x/%2e%2e/abcdefghijklmno', '/s/…'],
  ['/api/2.0/authentication/./424242', '/api/2.0/authentication/…'],
  ['/a/../.well-known/x', '/a/../.well-known/x'],
]

for (const [target, shown] of targets) {
  t.test(`target ${shown}`, async (t) => t.equal(maskedTarget(target), shown))
}

/** A text of ASCII in UTF-16, read as if it were UTF-8. */
function wide(text: string): string {
  return Buffer.from(text, 'utf16le').toString()
}

const bodies: [body: string, shown: string][] = [
  ['', ''],
  ['{"userName":"a","password":"b c"}', '{"userName":"a","password":"…"}'],
  ['{ "passwordHash" : "0123456789abcdef0123456789" }', '{ "passwordHash" : "…" }'],
  [`{"response":{"token":"${TOKEN}","tfa":false}}`, '{"response":{"token":"…yz==","tfa":false}}'],
  ['{"tfaKey":"JBSWY3DPEHPK3PXP","code":123456}', '{"tfaKey":"…","code":"…"}'],
  ['{"p\\u0061ssword":"b"}', '{"p\\u0061ssword":"…"}'],
  ['{"password":"a \\" quote"}', '{"password":"…"}'],
  ['{"password":"cut o', '{"password":"…"'],
  ['{"password":null,"token":""}', '{"password":null,"token":""}'],
  ['{"list":[":","password","x"],"key":"k"}', '{"list":[":","password","x"],"key":"…"}'],
  ['{"passwordHash":{"size":256,"salt":"s"}}', '{"passwordHash":{"size":256,"salt":"s"}}'],
  ["{'password': 'what Python prints'}", "{'password': '…'}"],
  [`{"response":"http://a/s/abcdefghijklmno","key":"${KEY}"}`, '{"response":"http://a/s/…","key":"…cdef"}'],
  ['{"url":"http://a?x=1\\u0026key=secret\\u0026y=2"}', '{"url":"http://a?x=1\\u0026key=…\\u0026y=2"}'],
  ['grant_type=authorization_code&code=abc&client_secret=d', 'grant_type=authorization_code&code=…&client_secret=…'],
  [
    '--x\r\nContent-Disposition: form-data; name="password"\r\n\r\nhunter2\r\n--x--',
    '--x\r\nContent-Disposition: form-data; name="password"\r\n\r\n…\r\n--x--',
  ],
  [
    '--x\nContent-Disposition: form-data; name=a\n\nb --x c\n--x\nA: b\nname=token; filename="f"\nC: d\n\ntwo\nlines\n--x--\n',
    '--x\nContent-Disposition: form-data; name=a\n\nb --x c\n--x\nA: b\nname=token; filename="f"\nC: d\n\n…\n--x--\n',
  ],
  [
    `--x\n${'H: v\n'.repeat(20)}D: form-data; name="password"; filename="${'a'.repeat(600)}"\n\nhunter2`,
    `--x\n${'H: v\n'.repeat(20)}D: form-data; name="password"; filename="${'a'.repeat(600)}"\n\n…`,
  ],
  ['a=b\r\npassword=hunter2\r\nc=d', 'a=b\r\npassword=…\r\nc=d'],
  ['user = a\npassword = hunter2\n', 'user = a\npassword = …\n'],
  ['<u name="a" password="hunter 2" w:Pass=\'b\'/>', '<u name="a" password="…" w:Pass=\'…\'/>'],
  ['<u password = "cut o', '<u password = "…'],
  ['<Password><![CDATA[a]<b>]]></Password>', '<Password><![CDATA[…]]></Password>'],
  ['<token> <![CDATA[cut o', '<token> <![CDATA[…'],
  [wide('{"a":"b","password":"hunter2"}'), '{"a":"b","password":"…"}'],
  [wide('a=b&password=hunter2'), 'a=b&password=…'],
  [wide('no secret'), wide('no secret')],
  ['<a href="/confirm/x?type=y&amp;key=123456">', '<a href="/confirm/x?type=y&amp;key=…">'],
  ['plain text, and no secret in it', 'plain text, and no secret in it'],
]

for (const [body, shown] of bodies) {
  t.test(`body ${shown.slice(0, 60)}`, async (t) => t.equal(maskedBody(body), shown))
}

t.test('texts that only resemble tokens are kept', async (t) => {
  for (const text of ['--x\nD: form-data; name="a"\n'.repeat(40_000), 'eyJa-'.repeat(13_000)]) {
    t.equal(maskedBody(text), text)
  }
  t.equal(maskedBody(`eyJa-${JWT}`), '…dXJl')
})

t.test('no secret is shown, wherever it was sent', async (t) => {
  for (const { what, request, secrets } of canaries()) {
    const { path, headers = [], body = '' } = request
    const shown = [
      maskedTarget(path),
      maskedPath(splitTarget(path).path),
      ...headers.map(([name, value]) => maskedHeader(name, value)),
      maskedBody(body),
    ].join('\n')
    const told = secrets.flatMap(spellingsOf).filter((spelling) => shown.includes(spelling))
    t.same(told, [], `${what}: ${shown.slice(0, 300)}`)
  }
})

const open: string[] = [
  '{"statusCode":200,"count":1,"links":[{"href":"http://localhost:8092/api/2.0/people","action":"GET"}]}',
  '{"id":"66faa6e4-f133-11ea-b126-00ffeec8b4ef","created":"2026-01-01T00:00:00.0000000Z","tokenType":"Bearer"}',
  '{"logo":"data:image/png;base64,iVBORw0KGgo=","usersUrl":"http://a/b?search=a%40b.c&status=1","tokenIndex":3}',
  'Basic takes the e-mail, not the id or the user name; send Basic: letter case counts',
  'an access token after an unknown scheme; send Bearer eyJ...',
  '<a href="/docs/">Documentation</a><key>',
  '/api/2.0/portal/users/invitationlink/DocSpaceAdmin2',
  '----WebKitFormBoundary7MA4YWxkTrZu0gW',
  'multipart/form-data; boundary=----WebKitFormBoundary7MA4YWxkTrZu0gW',
]

for (const text of open) {
  t.test(`nothing is masked in ${text.slice(0, 60)}`, async (t) => {
    t.equal(maskedBody(text), text)
    t.equal(maskedHeader('X-Other', text), text)
  })
}

t.test('nothing is masked in explanations of refusals', async (t) => {
  const text =
    'asc_auth_key: refused, expired at 2026-06-30T09:59:59 | caller: nobody | refused: no credential was accepted'
  t.equal(maskedText(text), text)
  t.equal(maskedHeader('X-DocSpace-Mock-Explain', text), text)
})

const lines: [line: object, shown: object][] = [
  [
    { msg: `GET /x/${KEY}`, err: { message: `bad JSON: {"password":"hunter2"}`, stack: `at\nfoo?token=${JWT}` } },
    { msg: 'GET /x/sk-…cdef', err: { message: 'bad JSON: {"password":"…"}', stack: 'at\nfoo?token=…dXJl' } },
  ],
  [{ msg: `%22${encodeURIComponent(KEY)}%22 %5C` }, { msg: '%22sk-…cdef%22 %5C' }],
  [{ msg: `%22/%73/abcdefghijklmno%22` }, { msg: '%22/%73/abcdefghijklmno%22' }],
  [
    { level: 40, portal: 'localhost', msg: 'no such path' },
    { level: 40, portal: 'localhost', msg: 'no such path' },
  ],
]

for (const [line, shown] of lines) {
  t.test(`line ${JSON.stringify(shown)}`, async (t) => t.same(JSON.parse(maskedLine(JSON.stringify(line))), shown))
}

t.test('file names in a message are kept', async (t) => {
  const file = '/s/a-folder-with-a-long-name/Aa0123456789012345678901234567890123456789.json'
  t.equal(maskedMessage(`${file}: not JSON`), `${file}: not JSON`)
  t.equal(
    maskedMessage(`${file}: http://a:hunter2@b?key=hunter2 ${KEY}, Bearer ${'x'.repeat(20)}`),
    `${file}: http://a:…@b?key=… sk-…cdef, Bearer …xxxx`,
  )
})

/** The worst input for each pattern, to be repeated. */
const WORST = ['"', '\\', '\\"', '"\\"', '{"a":"{', '"{"a":"{', '%25', '%22', '%ff', '&', '=%3d', 'a=&', 'a=', '&key=']
WORST.push(
  '--x\n',
  '--x\nname="a"\n\n',
  'eyJa-',
  'eyJa.',
  '/s/',
  '1.',
  'aA1-',
  'A+',
  'basic +',
  '://a:',
  '"a" : ',
  "'a':",
)
WORST.push('\\"key\\":\\"', '<key>', 'key: ', '\\\\"a\\\\":\\\\"', '"key":{', 'user[', '?a.key=', ' ', '@')

t.test('masking takes time in proportion to the text', async (t) => {
  for (const piece of WORST) {
    const growth = await growthOf((length) => {
      const body = piece.repeat(Math.ceil(length / piece.length))
      return () => [maskedBody(body), maskedTarget(body), maskedLine(body)]
    }, 16_384)
    t.same(growth, null, JSON.stringify(piece))
  }
})
