import type { Report } from '../report.ts'

/** A report that programs read. */
export function jsonReport(report: Report): string {
  return `${JSON.stringify(report, null, 2)}\n`
}
