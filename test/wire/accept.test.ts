import t from 'tap'
import { asksForJson, jsonContentType, wantsJsonText } from '../../src/wire/accept.ts'

t.test('a success is application/json, unless text/json is preferred (facts §1.10)', async (t) => {
  const cases: [accept: string | undefined, expected: 'application/json' | 'text/json'][] = [
    [undefined, 'application/json'],
    ['', 'application/json'],
    ['*/*', 'application/json'],
    ['application/json', 'application/json'],
    ['application/*', 'application/json'],
    ['application/json, text/plain, */*', 'application/json'],
    ['text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', 'application/json'],
    ['application/xml', 'application/json'],
    ['application/vnd.x+json', 'application/json'],
    ['text/html', 'application/json'],
    ['text/xml, constructor', 'application/json'],
    ['garbage', 'application/json'],
    [',;,/', 'application/json'],
    ['text/json;q=0.1, application/json', 'application/json'],
    ['application/json, text/json', 'application/json'],
    ['text/json, */*', 'application/json'],
    ['text/json;q=0', 'application/json'],
    ['application/*, text/json;q=0.9', 'application/json'],
    ['text/json;q=x', 'application/json'],
    ['text/json', 'text/json'],
    ['TEXT/JSON', 'text/json'],
    ['text/json; charset=utf-8', 'text/json'],
    ['text/*', 'text/json'],
    ['text/html, text/json', 'text/json'],
    ['text/json, application/json', 'text/json'],
    ['application/json;q=0.1, text/json', 'text/json'],
    ['text/json;q=1, application/json', 'text/json'],
    ['text/json;q=1.0;version=1, application/json;version=1', 'text/json'],
    ['application/json ; q=0.5 , text/* ; q=0.6', 'text/json'],
  ]
  for (const [accept, expected] of cases) t.equal(jsonContentType(accept), `${expected}; charset=utf-8`, String(accept))
})

t.test('a bare text is JSON only where Accept names JSON and not plain text (facts §1.4)', async (t) => {
  const cases: [accept: string | undefined, expected: boolean][] = [
    [undefined, false],
    ['', false],
    ['*/*', false],
    ['text/html', false],
    ['text/plain', false],
    ['application/json, text/plain, */*', false],
    ['application/json, */*;q=0.1', false],
    ['application/json, text/plain;q=0.1', false],
    ['application/json;q=0', false],
    ['application/json', true],
    ['Application/JSON', true],
    ['application/json; charset=utf-8', true],
    ['text/html, application/json;q=0.1', true],
  ]
  for (const [accept, expected] of cases) t.equal(wantsJsonText(accept), expected, String(accept))
})

t.test('a client asks for JSON where it names that and nothing that a page could be', async (t) => {
  const cases: [accept: string | undefined, expected: boolean][] = [
    [undefined, false],
    ['', false],
    ['*/*', false],
    ['text/html', false],
    ['text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', false],
    ['application/json, text/plain, */*', false],
    ['application/json, */*;q=0.1', false],
    ['application/json, text/html;q=0.1', false],
    ['application/json;q=0', false],
    ['image/avif,image/webp', false],
    ['text/*', false],
    ['application/json', true],
    ['Application/JSON; charset=utf-8', true],
    ['application/json, text/plain', true],
    ['application/json, */*;q=0', true],
    ['application/problem+json', true],
    ['text/json', true],
  ]
  for (const [accept, expected] of cases) t.equal(asksForJson(accept), expected, String(accept))
})
