import { type FindingsConfig, FindingsError } from './findings-config.ts'

/** As much of a finding as is printed. */
interface Finding {
  code: string
  severity: 'fails' | 'note'
  what: string
  instead: string
  count: number
  last: { n: number; method: string; target: string }
}

/** How long an answer may take, in ms. */
const TIMEOUT = 30_000

/** Wide enough for any count that is likely, and for most codes. */
const COUNT_WIDTH = 6

/**
 * Asks a mock for its findings and prints them.
 *
 * @returns the process's exit code: 1 where something was found that `--fail` names
 * @throws FindingsError
 */
export async function runFindings(config: FindingsConfig): Promise<0 | 1> {
  const { url, portal, fail } = config
  const open = await ask<{ name: string }[]>('portals', config)
  const names = open.map(({ name }) => name).filter((name) => portal === undefined || name === portal)
  if (names.length === 0) throw new FindingsError(`${url} has no portal ${portal}, or no longer`)
  let failing = 0
  let printed = ''
  for (const name of names) {
    const findings = await ask<Finding[]>('findings', config, name)
    failing += findings.filter(({ severity }) => severity === 'fails' || fail === 'note').length
    if (findings.length > 0) printed += `Portal ${name}\n${findings.map(lineOf).join('')}\n`
  }
  // whoever reads it may have read enough
  process.stdout.once('error', () => {})
  process.stdout.write(printed === '' ? `${url}: nothing that would not work on a real portal\n` : printed)
  return fail !== null && failing > 0 ? 1 : 0
}

function lineOf({ code, severity, what, instead, count, last }: Finding): string {
  const margin = ' '.repeat(COUNT_WIDTH + 2)
  return [
    `${String(count).padStart(COUNT_WIDTH)}  ${code}${severity === 'note' ? ' (note)' : ''}`,
    `${margin}${what}`,
    `${margin}${instead}`,
    `${margin}Last: ${last.method} ${last.target}, request ${last.n}`,
    '',
  ].join('\n')
}

async function ask<Answer>(operation: string, { url, token }: FindingsConfig, portal?: string): Promise<Answer> {
  const headers = new Headers()
  // headers take one character per byte of UTF-8
  if (token !== undefined) headers.set('authorization', `Bearer ${Buffer.from(token).toString('latin1')}`)
  if (portal !== undefined) headers.set('x-docspace-mock-portal', portal)
  const answer = await reach(`${url}/__mock/${operation}`, headers)
  if (answer.status === 401) {
    const wanted = token === undefined ? '--token TEXT' : 'another --token'
    throw new FindingsError(`${url} wants ${wanted}: what it was started with as --control-token`)
  }
  if (answer.status === 404) {
    throw new FindingsError(
      `${url} has no control API, which knows the findings: it was started with --no-control, or is no docspace-mock`,
    )
  }
  if (!answer.ok) {
    throw new FindingsError(`${url} answered ${answer.status} to GET /__mock/${operation}: is it a docspace-mock?`)
  }
  try {
    return (await answer.json()) as Answer
  } catch {
    throw new FindingsError(`${url} answered GET /__mock/${operation} with no JSON: is it a docspace-mock?`)
  }
}

async function reach(url: string, headers: Headers): Promise<Response> {
  try {
    return await fetch(url, { headers, signal: AbortSignal.timeout(TIMEOUT) })
  } catch (error) {
    const { message, cause } = error as Error
    throw new FindingsError(
      `${url} can't be reached: ${cause instanceof Error && cause.message ? cause.message : message}`,
    )
  }
}
