import { countOf, type Outcome, type Report } from '../report.ts'

/** A report that a person reads: what differs, what was skipped and why, then how many there were of each. */
export function tableReport(report: Report): string {
  const { url, profile, passed, failed, skipped, operations, duration } = report
  const outcomes = operations.flatMap(({ outcomes }) => outcomes)
  const rows = operations.map(({ name, outcomes }) => [
    name,
    ...(['passed', 'failed', 'skipped'] as const).map((status) => String(countOf(outcomes, status))),
  ])
  return [
    ...outcomes.filter(({ status }) => status === 'failed').map(failure),
    skippedByReason(outcomes),
    table([[`${url}, profile ${profile}`, 'passed', 'failed', 'skipped'], ...rows]),
    `${passed} passed, ${failed} failed, ${skipped} skipped in ${(duration / 1000).toFixed(1)} s\n`,
  ]
    .filter((part) => part !== '')
    .join('\n')
}

function failure({ id, what, request, reason = '' }: Outcome): string {
  const indented = reason.replace(/^(?=.)/gm, '    ')
  return `FAILED  ${id}: ${what}\n  ${request}\n${indented}\n`
}

function skippedByReason(outcomes: readonly Outcome[]): string {
  const counts = new Map<string, number>()
  for (const { status, reason = '' } of outcomes) {
    if (status === 'skipped') counts.set(reason, (counts.get(reason) ?? 0) + 1)
  }
  return [...counts].map(([reason, count]) => `skipped ${String(count).padStart(3)}  ${reason}\n`).join('')
}

function table(rows: readonly string[][]): string {
  const width = Math.max(...rows.map(([name = '']) => name.length))
  const lines = rows.map(
    ([name = '', ...counts]) => name.padEnd(width) + counts.map((count) => count.padStart(9)).join(''),
  )
  return `${lines.join('\n')}\n`
}
