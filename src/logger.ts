import { type DestinationStream, type Logger, pino } from 'pino'
import { maskedLine, maskedPath } from './journal/masks.ts'

/** How to log. */
export interface LogOptions {
  level: string
  /** `pretty` for people, `json` for programs. */
  format: 'pretty' | 'json'
}

/** Makes the logger of the process. It writes to standard error, so that standard output stays the banner's. */
export async function createLogger({ level, format }: LogOptions): Promise<Logger> {
  return pino(
    { level, base: null, serializers: { req: describeRequest }, hooks: { streamWrite: maskedLine } },
    await destination(format),
  )
}

/** Queries stay out of the log: SDKs put tokens there. */
function describeRequest({ method, url }: { method: string; url: string }) {
  return { method, path: maskedPath(url.replace(/\?.*/, '')) }
}

async function destination(format: LogOptions['format']): Promise<DestinationStream> {
  if (format === 'json') return pino.destination({ dest: 2, sync: true })
  const { default: pretty } = await import('pino-pretty')
  return pretty({
    destination: 2,
    sync: true,
    ignore: 'reqId,portal',
    messageFormat: '{if portal}[{portal}] {end}{msg}',
    colorize: process.stderr.isTTY === true,
  })
}
