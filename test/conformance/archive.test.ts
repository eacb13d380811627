import { readFileSync } from 'node:fs'
import Ajv from 'ajv'
import t from 'tap'
import { archiveFile, recordArchive, recordPortal } from './archive.ts'

for (const profile of ['documented', 'server'] as const) {
  t.test(`${profile}.har is what the mock answers: npm run record writes it anew`, async (t) => {
    const committed = readFileSync(archiveFile(profile), 'utf8').split('\n')
    const recorded = (await recordArchive(profile)).split('\n')
    t.equal(recorded.length, committed.length, 'as many exchanges')
    for (const [i, line] of recorded.entries()) {
      if (line === committed[i]) continue
      t.same(parse(line), parse(committed[i]), `line ${i + 1}`)
    }
  })

  t.test(`${profile}: a portal made on demand answers as the first one does, byte for byte`, async (t) => {
    const first = Map.groupBy(exchangesOf(readFileSync(archiveFile(profile), 'utf8')), ({ comment }) => comment)
    const made = Map.groupBy(exchangesOf(await recordPortal(profile, 'w1')), ({ comment }) => comment)
    t.ok(made.size > 400)
    for (const [comment, exchanges] of made) t.same(exchanges, first.get(comment), comment)
  })

  if (profile === 'documented') {
    t.test('every date in an answer has a zone, which Java, Go and Kotlin demand', async (t) => {
      const archive = JSON.parse(readFileSync(archiveFile(profile), 'utf8'))
      const answers: Archived[] = archive.log.entries
      const dates = answers.flatMap(({ comment, response: { content } }) =>
        [...(content.text ?? '').matchAll(/"\d{4}-\d\d-\d\dT[\d:.]+([^"]*)"/g)].map(([date, zone]) => ({
          comment,
          date,
          zone,
        })),
      )
      t.ok(dates.length > 100)
      t.same(
        dates.filter(({ zone = '' }) => !/^(Z|[+-]\d\d:\d\d)$/.test(zone)),
        [],
      )
    })
  }

  t.test(`${profile}.har is an HTTP archive 1.2`, async (t) => {
    const validate = new Ajv.Ajv().compile(harSchema)
    const archive = JSON.parse(readFileSync(archiveFile(profile), 'utf8'))
    t.ok(validate(archive), JSON.stringify(validate.errors))
    t.ok(archive.log.entries.length > 200)
  })

  t.test(`${profile}.har has no credential in it`, async (t) => {
    const text = readFileSync(archiveFile(profile), 'utf8')
    for (const secret of [
      /sk-[0-9a-f]{64}/,
      /owner-password/,
      /eyJ[\w-]{20}/,
      /Basic [A-Za-z0-9+/]{20}/,
      /client_secret\W+\w{20}/,
    ]) {
      // made up in the cases themselves, and nobody's
      t.notMatch(text.replaceAll(`sk-${'7'.repeat(64)}`, ''), secret)
    }
  })
}

/** The exchanges of an archive without the lengths, which depend on that of the address. */
function exchangesOf(har: string) {
  const entries: Archived[] = JSON.parse(har).log.entries
  return entries.map(({ comment, request: { method, url }, response }) => {
    const headers = response.headers.filter(({ name }) => name !== 'Content-Length')
    return { comment, method, url, status: response.status, headers, text: response.content.text }
  })
}

interface Archived {
  comment: string
  request: { method: string; url: string }
  response: { status: number; headers: { name: string; value: string }[]; content: { text?: string } }
}

function parse(line: string | undefined): unknown {
  try {
    return JSON.parse((line ?? '').replace(/,$/, ''))
  } catch {
    return line
  }
}

const text = { type: 'string' }
const number = { type: 'number' }
const pairs = {
  type: 'array',
  items: { type: 'object', required: ['name', 'value'], properties: { name: text, value: text } },
}

/** What HAR 1.2 says has to be there. */
const harSchema = {
  type: 'object',
  required: ['log'],
  properties: {
    log: {
      type: 'object',
      required: ['version', 'creator', 'entries'],
      properties: {
        version: { const: '1.2' },
        creator: { type: 'object', required: ['name', 'version'], properties: { name: text, version: text } },
        entries: {
          type: 'array',
          items: {
            type: 'object',
            required: ['startedDateTime', 'time', 'request', 'response', 'cache', 'timings'],
            properties: {
              startedDateTime: { type: 'string', pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z$' },
              time: { type: 'number', minimum: 0 },
              request: {
                type: 'object',
                required: 'method url httpVersion cookies headers queryString headersSize bodySize'.split(' '),
                properties: {
                  url: { type: 'string', pattern: '^https?://' },
                  cookies: pairs,
                  headers: pairs,
                  queryString: pairs,
                  postData: { type: 'object', required: ['mimeType', 'text'] },
                },
              },
              response: {
                type: 'object',
                required:
                  'status statusText httpVersion cookies headers content redirectURL headersSize bodySize'.split(' '),
                properties: {
                  status: number,
                  cookies: pairs,
                  headers: pairs,
                  content: { type: 'object', required: ['size', 'mimeType'] },
                },
              },
              timings: {
                type: 'object',
                required: ['send', 'wait', 'receive'],
                properties: { send: number, wait: number, receive: number },
              },
            },
          },
        },
      },
    },
  },
}
