import type { Report } from '../report.ts'
import { jsonReport } from './json.ts'
import { tableReport } from './table.ts'
import { junitReport, tapReport } from './test-events.ts'

/** Ways to write a report down, by name. */
export const reporters = {
  table: tableReport,
  json: jsonReport,
  junit: junitReport,
  tap: tapReport,
} satisfies Record<string, (report: Report) => string | Promise<string>>
