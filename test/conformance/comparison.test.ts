import t from 'tap'
import { difference } from '../../src/conformance/comparison.ts'
import type { ExpectedAnswer } from '../../src/conformance/expected-answer.ts'
import type { Answer } from '../../src/conformance/http.ts'
import { Matcher } from '../../src/conformance/matcher.ts'

const traceId = Matcher.text('<a trace id>', /^00-/)

const expected: ExpectedAnswer = {
  status: 400,
  headers: { 'content-type': 'application/json', allow: null, location: Matcher.text('<a link>', /^http:/) },
  body: { json: { a: 1, list: [{ traceId }], b: 'two' } },
}

const right: Answer = {
  status: 400,
  statusText: 'Bad Request',
  headers: [
    ['Content-Type', 'application/json'],
    ['Location', 'http://localhost'],
    ['Date', 'today'],
  ],
  body: '{ "a": 1, "list": [{ "traceId": "00-12" }], "b": "two" }',
}

t.test('an answer as it has to be: no difference', async (t) => {
  t.equal(difference(expected, right), null)
})

const wrong: [what: string, answer: Partial<Answer>, lines: string[]][] = [
  ['another status', { status: 500 }, ['-status 400', '+status 500']],
  ['a header missing', { headers: right.headers.slice(1) }, ['-content-type: application/json']],
  ['a header that must not be there', { headers: [...right.headers, ['Allow', 'GET']] }, ['+allow: GET']],
  ['a header twice', { headers: [...right.headers, ['Content-Type', 'a']] }, ['+content-type: a']],
  [
    'a header that a matcher refuses',
    { headers: [right.headers[0] as [string, string], ['Location', '/']] },
    ['-location: <a link>', '+location: /'],
  ],
  ['another value', { body: right.body.replace('two', 'three') }, ['-  "b": "two"', '+  "b": "three"']],
  ['a value of another type', { body: right.body.replace('1,', '"1",') }, ['-  "a": 1,', '+  "a": "1",']],
  ['a member more', { body: right.body.replace('}]', ', "c": null }]') }, ['+      "c": null']],
  ['a member missing', { body: '{"a":1,"list":[{"traceId":"00-12"}]}' }, ['-  "b": "two"']],
  [
    'members in another order',
    { body: '{"list":[{"traceId":"00-12"}],"a":1,"b":"two"}' },
    ['-  "a": 1,', '+  "a": 1,'],
  ],
  ['a list that is longer', { body: right.body.replace('}]', '}, 5]') }, ['+    5']],
  [
    'a value that a matcher refuses',
    { body: right.body.replace('00-12', 'none') },
    ['-      "traceId": "<a trace id>"', '+      "traceId": "none"'],
  ],
  ['no JSON', { body: '<html>' }, ['-{', '+<html>']],
  ['nothing', { body: '' }, ['-{']],
]

for (const [what, answer, lines] of wrong) {
  t.test(what, async (t) => {
    const found = difference(expected, { ...right, ...answer }) ?? ''
    t.match(found, /^--- expected\n\+\+\+ received\n@@ /)
    for (const line of lines) t.ok(found.split('\n').includes(line), `${line}\nin\n${found}`)
  })
}

t.test('what varies and matches is no part of a difference', async (t) => {
  const found = difference(expected, { ...right, body: right.body.replace('00-12', '00-34').replace('two', 'x') }) ?? ''
  t.notMatch(found, /00-34/)
})

t.test('an empty body and a text', async (t) => {
  const empty: ExpectedAnswer = { status: 200, headers: {}, body: '' }
  t.equal(difference(empty, { ...right, status: 200, body: '' }), null)
  t.match(difference(empty, { ...right, status: 200, body: '{}' }), '+{}')
  const quoted: ExpectedAnswer = { status: 200, headers: {}, body: '"a"' }
  t.equal(difference(quoted, { ...right, status: 200, body: '"a"' }), null)
  t.match(difference(quoted, { ...right, status: 200, body: 'a' }), '-"a"')
})

t.test('what a terminal would obey is spelled out, and so is what XML cannot have', async (t) => {
  const body = '\u001b[2J\u0000\r\u009b\ufffe\ud800 \u{1f600}\t'
  const found = difference(expected, { ...right, headers: [['Content-Type', '\u001b[31m']], body }) ?? ''
  t.match(found, '+content-type: \\u001b[31m\n')
  t.match(found, '\n+\\u001b[2J\\u0000\\u000d\\u009b\\ufffe\ufffd \u{1f600}')
})

t.test('of a body that is far too long the beginning is compared', async (t) => {
  const found = difference(expected, { ...right, body: 'line\n'.repeat(100_000) }) ?? ''
  t.ok(found.length < 50_000)
  t.match(found, /\n\+… and 480000 more characters/)
})
