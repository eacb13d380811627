import { readFileSync } from 'node:fs'
import t from 'tap'
import { knownFindings } from '../../src/journal/known-findings.ts'
import { archiveFile } from './archive.ts'

interface Archived {
  comment: string
  request: { method: string; url: string }
  response: { status: number; headers: { name: string; value: string }[] }
}

/** Findings that make no difference between the profiles. */
const OF_BOTH = new Set(['deprecated-operation', 'unread-credential', 'token-in-url', 'repeated-post'])

const severities = new Map(knownFindings.map(({ code, severity }) => [code, severity]))

function entriesOf(profile: 'documented' | 'server'): Archived[] {
  return JSON.parse(readFileSync(archiveFile(profile), 'utf8')).log.entries
}

function findingsOf({ response }: Archived): string[] {
  const header = response.headers.find(({ name }) => name === 'X-DocSpace-Mock-Finding')
  return header === undefined ? [] : header.value.split(', ')
}

t.test('a tolerance is found at just the requests that a real portal would not have let pass', async (t) => {
  const real = Map.groupBy(entriesOf('server'), ({ comment }) => comment)
  let tolerated = 0
  for (const [comment, sent] of Map.groupBy(entriesOf('documented'), ({ comment }) => comment)) {
    const entry = sent.at(-1) as Archived
    const there = real.get(comment)?.at(-1)
    // what prepares a case comes before it, and some cases are of one profile only
    if (there === undefined) continue
    const codes = findingsOf(entry).filter((code) => !OF_BOTH.has(code))
    const { status } = entry.response
    const isTolerated = status < 400 && there.response.status >= 400
    // a refusal that is another one is a finding only where the document promises it
    const isOtherRefusal = status === 403 && there.response.status === 400
    t.equal(codes.length > 0, isTolerated || isOtherRefusal, `${entry.comment}: ${codes} at ${status}`)
    // what a real portal refuses fails there, whatever else is worth a note
    if (isTolerated)
      t.ok(
        codes.some((code) => severities.get(code) === 'fails'),
        `${entry.comment}: ${codes}`,
      )
    else for (const code of codes) t.equal(severities.get(code), 'note', `${entry.comment}: ${code}`)
    if (isTolerated) tolerated++
    t.ok(
      findingsOf(there).every((code) => OF_BOTH.has(code)),
      'a real portal tolerates nothing',
    )
  }
  t.ok(tolerated > 15, `${tolerated} requests`)
})
