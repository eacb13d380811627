import { cpus } from 'node:os'
import type { GrowthFigures } from './measure-growth.ts'
import type { JournalFigures } from './measure-journal.ts'
import type { PortalFigures } from './measure-portals.ts'
import type { RequestFigures } from './measure-requests.ts'
import type { SignInFigures } from './measure-sign-ins.ts'
import type { StartFigures } from './measure-start.ts'
import type { Spread } from './statistics.ts'

/** Everything that the bench found out. */
export interface Figures {
  machine: string
  rounds: number
  seconds: number
  connections: number
  requests: RequestFigures[]
  start: StartFigures[]
  /** The resident memory of the mock after all the GETs, in MB. */
  memoryAfterLoad: number
  journal: JournalFigures[]
  growth: GrowthFigures[]
  signIns: SignInFigures
  people: { few: number; many: number }
  portals: PortalFigures[]
}

/** What the figures were measured on. */
export function describeMachine(): string {
  const processors = cpus()
  return `${processors[0]?.model.trim()}, ${processors.length} cores, Node.js ${process.version}, ${process.platform}`
}

/** The figures as Markdown. */
export function report(figures: Figures): string {
  const { machine, rounds, seconds, connections, requests, start, memoryAfterLoad, growth, signIns, people, portals } =
    figures
  const few = people.few.toLocaleString('en')
  const many = people.many.toLocaleString('en')
  return `${machine}. Medians of ${rounds} rounds of ${seconds} s with ${connections} connections that never sleep, mock and bare \
\`node:http\` server in turn; in parentheses the lowest and the highest round. A bare server sends the same bytes.

${table(
  ['Operation', 'Credential', 'Requests/s', 'Bare', 'Ratio', 'p50, p99 ms', 'Bare'],
  requests.map(({ operation, credential, mock, bare, ratio }) => [
    operation,
    credential,
    mock.requestsPerSecond.median.toFixed(),
    bare.requestsPerSecond.median.toFixed(),
    spreadText(ratio, 2),
    `${mock.p50.median.toFixed(1)}, ${mock.p99.median.toFixed(1)}`,
    `${bare.p50.median.toFixed(1)}, ${bare.p99.median.toFixed(1)}`,
  ]),
)}

${table(
  ['Command', 'Spawn to first 200, ms', 'Ratio', 'Idle, MB'],
  start.map(({ command, milliseconds, ratio, idleMemory }) => {
    return [command, spreadText(milliseconds), spreadText(ratio, 2), spreadText(idleMemory)]
  }),
)}

${journalTable(figures.journal)}

After the GETs above ${memoryAfterLoad.toFixed()} MB are resident.

${table(
  ['Growth', `Requests/s, ${few} users`, `${many} users`, 'Ratio', `p50, p99 ms, ${few} users`, `${many} users`],
  growth.map((row) => [
    row.operation,
    row.few.requestsPerSecond.median.toFixed(),
    row.many.requestsPerSecond.median.toFixed(),
    spreadText(row.ratio, 2),
    `${row.few.p50.median.toFixed(1)}, ${row.few.p99.median.toFixed(1)}`,
    `${row.many.p50.median.toFixed(1)}, ${row.many.p99.median.toFixed(1)}`,
  ]),
)}

${table(
  [
    'Portals',
    'Reset, p50, p99 µs',
    'Make and drop',
    'Reset over HTTP, p50 ms',
    'Requests/s in turn',
    'Ratio',
    'All idle, MB',
  ],
  portals.map((row) => [
    row.portals.toLocaleString('en'),
    `${row.reset.median.toFixed()}, ${row.reset.p99.toFixed()}`,
    `${row.create.median.toFixed()}, ${row.create.p99.toFixed()}`,
    row.resetOverHttp.p50.median.toFixed(2),
    row.inTurn.requestsPerSecond.median.toFixed(),
    spreadText(row.ratio, 2),
    row.memory.toFixed(1),
  ]),
)}

${table(
  [`While ${signIns.people} people sign in`, 'Alone, p50, p99 ms', 'Meanwhile, p50, p99 ms'],
  [
    [
      signIns.operation,
      `${spreadText(signIns.alone.p50, 1)}, ${spreadText(signIns.alone.p99, 1)}`,
      `${spreadText(signIns.meanwhile.p50, 1)}, ${spreadText(signIns.meanwhile.p99, 1)}`,
    ],
  ],
)}

Noise: ${noise(requests)}
`
}

function journalTable(journal: readonly JournalFigures[]): string {
  const rows = journal.map(({ operation, credential, on, off, ratio }) => [
    operation,
    credential,
    on.requestsPerSecond.median.toFixed(),
    off.requestsPerSecond.median.toFixed(),
    spreadText(ratio, 2),
  ])
  return table(['Journal', 'Credential', 'Requests/s, on', 'Off', 'Ratio'], rows)
}

/** The bare servers all do the same, so that where they differ from round to round the machine is to blame. */
function noise(requests: readonly RequestFigures[]): string {
  const widths = requests.map(({ bare: { requestsPerSecond } }) => {
    return (requestsPerSecond.max - requestsPerSecond.min) / requestsPerSecond.median
  })
  const widest = Math.max(...widths) * 100
  return `the rounds of one bare server were at most ${widest.toFixed()} % apart.`
}

function spreadText({ median, min, max }: Spread, digits = 0): string {
  return `${median.toFixed(digits)} (${min.toFixed(digits)}–${max.toFixed(digits)})`
}

function table(titles: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [line(titles), line(titles.map(() => '---')), ...rows.map(line)].join('\n')
}
