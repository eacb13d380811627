import { Readable } from 'node:stream'
import { junit, tap } from 'node:test/reporters'
import type { OperationReport, Outcome, Report } from '../report.ts'

/** A report as JUnit's XML, a suite for each operation. */
export async function junitReport(report: Report): Promise<string> {
  return textOf(junit(testEvents(report)))
}

/** A report in the Test Anything Protocol, a subtest for each operation. */
export async function tapReport(report: Report): Promise<string> {
  return textOf(tap(testEvents(report)))
}

/** What Node.js's own test runner would have said, for its own reporters to write down. */
function testEvents({ operations }: Report): Parameters<typeof tap>[0] {
  const sent = operations.filter(({ outcomes }) => outcomes.length > 0)
  // what the reporters read of events is less than the types ask for
  const events: unknown = Readable.from([
    ...sent.flatMap((operation, i) => suite(operation, i + 1)),
    plan(0, sent.length),
  ])
  return events as Parameters<typeof tap>[0]
}

function suite({ name, outcomes }: OperationReport, testNumber: number): object[] {
  const failed = outcomes.filter(({ status }) => status === 'failed').length
  const details = { duration_ms: outcomes.reduce((sum, { duration }) => sum + duration, 0), type: 'suite' }
  return [
    { type: 'test:start', data: { name, nesting: 0 } },
    ...outcomes.flatMap((outcome, i) => test(outcome, i + 1)),
    plan(1, outcomes.length),
    failed === 0
      ? { type: 'test:pass', data: { name, nesting: 0, testNumber, details } }
      : {
          type: 'test:fail',
          data: {
            name,
            nesting: 0,
            testNumber,
            details: { ...details, error: failure(`${failed} of ${outcomes.length} differ`) },
          },
        },
  ]
}

function test({ id, what, request, status, reason = '', duration }: Outcome, testNumber: number): object[] {
  const name = `${id}: ${what} (${request})`
  const details = {
    duration_ms: duration,
    ...(status === 'failed' && { error: failure('the answer differs', reason) }),
  }
  const skip = status === 'skipped' ? reason : undefined
  return [
    { type: 'test:start', data: { name, nesting: 1 } },
    { type: status === 'failed' ? 'test:fail' : 'test:pass', data: { name, nesting: 1, testNumber, details, skip } },
  ]
}

function plan(nesting: number, count: number): object {
  return { type: 'test:plan', data: { nesting, count } }
}

/** A difference is no fault of this program's: where the error was made is nobody's business. */
function failure(message: string, details = message): Error {
  const cause = Object.assign(new Error(details), { stack: details })
  return Object.assign(new Error(message, { cause }), {
    code: 'ERR_TEST_FAILURE',
    failureType: 'testCodeFailure',
    stack: message,
  })
}

async function textOf(chunks: AsyncIterable<string | Buffer>): Promise<string> {
  let text = ''
  for await (const chunk of chunks) text += chunk
  return text
}
