import { once } from 'node:events'
import { XMLParser, XMLValidator } from 'fast-xml-parser'
import t from 'tap'
import { type FinalResults, Parser } from 'tap-parser'
import { type Report, reportOf } from '../../src/conformance/report.ts'
import { reporters } from '../../src/conformance/reporters/index.ts'

const report: Report = reportOf(
  [
    {
      name: 'GET a',
      outcomes: [
        { id: 'A1', what: 'good', request: 'GET a', status: 'passed', duration: 2 },
        { id: 'A2', what: 'bad <&>', request: 'GET a?b', status: 'failed', reason: '-one\n+two', duration: 1500 },
        { id: 'A3', what: 'left out', request: 'GET a', status: 'skipped', reason: 'wants a key', duration: 0 },
        { id: 'A4', what: 'left out too', request: 'GET a', status: 'skipped', reason: 'wants a key', duration: 0 },
      ],
    },
    { name: 'GET b', outcomes: [{ id: 'B1', what: 'good', request: 'GET b', status: 'passed', duration: 1 }] },
  ],
  { url: 'http://localhost:8092', profile: 'server', duration: 1503 },
)

t.test('a table', async (t) => {
  t.equal(
    await reporters.table(report),
    `FAILED  A2: bad <&>
  GET a?b
    -one
    +two

skipped   2  wants a key

http://localhost:8092, profile server   passed   failed  skipped
GET a                                        1        1        2
GET b                                        1        0        0

2 passed, 1 failed, 2 skipped in 1.5 s
`,
  )
})

t.test('JSON', async (t) => {
  t.same(JSON.parse(await reporters.json(report)), report)
  t.match(report, { passed: 2, failed: 1, skipped: 2 })
})

t.test("JUnit's XML", async (t) => {
  const xml = await reporters.junit(report)
  t.match(xml, /^<\?xml version="1\.0" encoding="utf-8"\?>\n<testsuites>/)
  t.match(xml, /<testsuite name="GET a"[^>]* tests="4" failures="1" skipped="2"/)
  t.match(xml, '<testcase name="A1: good (GET a)" time="0.002000"')
  t.match(xml, /<testcase name="A2: bad &lt;&amp;> \(GET a\?b\)"/)
  t.match(xml, /<failure[^>]*>[^<]*-one\n +\+two/)
  t.match(xml, '<skipped type="skipped" message="wants a key"/>')
  t.match(xml, /<testsuite name="GET b"[^>]* tests="1" failures="0" skipped="0"/)
  t.notMatch(xml, /node:internal|file:\/\//, 'nothing of this program')
})

t.test('programs can read them', async (t) => {
  const found = new XMLParser({ ignoreAttributes: false }).parse(await reporters.junit(report))
  t.equal(XMLValidator.validate(await reporters.junit(report)), true)
  t.equal(found.testsuites.testsuite[0].testcase.length, 4)
  const { ok, count, fail, skip } = await parsed(await reporters.tap(report))
  t.same({ ok, count, fail, skip }, { ok: false, count: 2, fail: 1, skip: 0 })
})

t.test('TAP', async (t) => {
  const tap = await reporters.tap(report)
  t.match(tap, /^TAP version 13\n# Subtest: GET a\n {4}# Subtest: A1: good \(GET a\)\n {4}ok 1 - A1: good/)
  t.match(tap, /^ {4}not ok 2 - A2: bad/m)
  t.match(tap, /-one\n +\+two/)
  t.match(tap, /^ {4}ok 3 - A3: left out \(GET a\) # SKIP wants a key$/m)
  t.match(tap, /^not ok 1 - GET a$/m)
  t.match(tap, /^ok 2 - GET b$/m)
  t.match(tap, /^1\.\.2$/m)
  t.notMatch(tap, /node:internal|file:\/\//, 'nothing of this program')
})

async function parsed(text: string): Promise<FinalResults> {
  const parser = new Parser()
  const complete = once(parser, 'complete')
  parser.end(text)
  const [results] = await complete
  return results
}
