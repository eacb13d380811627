import { type Logger, pino } from 'pino'
import { maskedLine, maskedPath } from './journal/masks.ts'
import { LogOutput } from './log-output.ts'

/** How to log. */
export interface LogOptions {
  level: string
  /** `pretty` for people, `json` for programs. */
  format: 'pretty' | 'json'
}

/** Makes the logger of the process. It writes to standard error, so that standard output stays the banner's. */
export async function createLogger({ level, format }: LogOptions): Promise<Logger> {
  const formatted = format === 'json' ? (line: string) => line : await prettyPrinter()
  const output = new LogOutput((dropped) => {
    const count = dropped.toLocaleString('en-US')
    logger.child({}, { level: 'warn' }).warn(`${count} log lines dropped while standard error was not read`)
  })
  const destination = { write: (line: string) => output.write(formatted(line)) }
  const hooks = { streamWrite: maskedLine }
  const logger = pino({ level, base: null, serializers: { req: describeRequest }, hooks }, destination)
  return logger
}

/** Queries stay out of the log: SDKs put tokens there. */
function describeRequest({ method, url }: { method: string; url: string }) {
  return { method, path: maskedPath(url.replace(/\?.*/, '')) }
}

async function prettyPrinter(): Promise<(line: string) => string> {
  const { prettyFactory } = await import('pino-pretty')
  return prettyFactory({
    ignore: 'reqId,portal',
    messageFormat: '{if portal}[{portal}] {end}{msg}',
    colorize: process.stderr.isTTY === true,
  })
}
