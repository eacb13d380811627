import { distance } from 'fastest-levenshtein'
// the paths of DocSpace's published OpenAPI document 3.7.0, with the operationId of each method
import docspacePaths from './docspace-paths.json' with { type: 'json' }

/** What answers a request that no route takes. */
export type Verdict = { status: 404; reason: string } | { status: 405; reason: string; methods: readonly string[] }

/** A method of a path that DocSpace or the mock has. */
interface Known {
  method: string
  /** The path, with its parameters in braces. */
  template: string
  segments: readonly string[]
  /** `undefined`: no path of DocSpace's API. */
  operationId: string | undefined
  isImplemented: boolean
}

/** Where only a GUID is a parameter's value, so that it never is the literal of another path (facts §1.8). */
const GUID_TEMPLATES: readonly string[] = ['/api/2.0/portal/users/{userID}', '/api/2.0/keys/{keyId}']

/** How many letters of a path may be wrong for a suggestion. */
const FARTHEST = 2

/**
 * Judges requests that no route takes: 405 where DocSpace or the mock has the path with other methods, else 404. An
 * operation of DocSpace that the mock doesn't implement is 404 as well: 405 would say that DocSpace hasn't got it.
 *
 * @param routes the methods that the mock's own routes take, by path
 */
export function createJudge(
  routes: ReadonlyMap<string, ReadonlySet<string>>,
): (method: string, path: string) => Verdict {
  const known = everythingKnown(routes)
  return (method, path) => {
    const matching = matchesOf(path, known)
    const wanted = matching.find((one) => one.method === method)
    if (wanted !== undefined) return { status: 404, reason: wanted.isImplemented ? whyNot(wanted) : notHere(wanted) }
    if (matching.length > 0) return wrongMethod(matching)
    return { status: 404, reason: `no such path${hint(method, path, known)}` }
  }
}

function everythingKnown(routes: ReadonlyMap<string, ReadonlySet<string>>): Known[] {
  const own = new Map<string, Known>()
  for (const [url, methods] of routes) {
    const template = url.replace(/:(\w+)/g, '{$1}')
    for (const method of methods) {
      const one = { method, template, segments: segmentsOf(template), operationId: undefined, isImplemented: true }
      own.set(keyOf(method, template), one)
    }
  }
  const docspace = Object.entries(docspacePaths as Record<string, Record<string, string>>).flatMap(
    ([template, operations]) => {
      return Object.entries(operations).map(([method, operationId]): Known => {
        const isImplemented = own.delete(keyOf(method, template))
        return { method, template, segments: segmentsOf(template), operationId, isImplemented }
      })
    },
  )
  return [...docspace, ...own.values()]
}

/** What is the same for two spellings of a template: parameters may have other names. */
function keyOf(method: string, template: string): string {
  return `${method} ${template.toLowerCase().replace(/\{\w+\}/g, '{}')}`
}

function segmentsOf(path: string): string[] {
  return path.toLowerCase().split('/')
}

/** What a path matches, literals in front of parameters. */
function matchesOf(path: string, known: readonly Known[]): Known[] {
  const given = segmentsOf(path)
  const matching = known.filter(({ segments }) => differenceOf(segments, given, 0) === 0)
  const hasLiteral = matching.some(({ segments }) => !segments.some(isParameter))
  return matching
    .filter(({ template }) => !hasLiteral || !GUID_TEMPLATES.includes(template))
    .sort((a, b) => firstParameter(b) - firstParameter(a))
}

function isParameter(segment: string): boolean {
  return segment.startsWith('{') || segment === '*'
}

function firstParameter({ segments }: Known): number {
  const at = segments.findIndex(isParameter)
  return at === -1 ? Number.POSITIVE_INFINITY : at
}

/**
 * How many letters of a path are not those of a template. Of a short segment at most half may be others.
 *
 * @returns infinity where they are more than `farthest`
 */
function differenceOf(template: readonly string[], given: readonly string[], farthest: number): number {
  // a wildcard stands for everything that follows
  const length = template.at(-1) === '*' ? template.length - 1 : template.length
  if (length === template.length ? given.length !== length : given.length <= length) return Number.POSITIVE_INFINITY
  let total = 0
  for (let i = 0; i < length; i++) {
    const [name = '', text = ''] = [template[i], given[i]]
    if (name === text || (isParameter(name) && text !== '')) continue
    const tolerated = Math.min(farthest - total, Math.floor(name.length / 2))
    if (Math.abs(name.length - text.length) > tolerated) return Number.POSITIVE_INFINITY
    const letters = distance(name, text)
    if (letters > tolerated) return Number.POSITIVE_INFINITY
    total += letters
  }
  return total
}

/** Why a route that path and method lead to hasn't taken the request. */
function whyNot({ template }: Known): string {
  if (template.includes('{')) return `no such path; ${template} takes only GUIDs there`
  return `no such path; ${template} is a page, and the client asks for JSON`
}

function notHere({ operationId }: Known): string {
  return `DocSpace's ${operationId}, which this mock does not implement; a fault with its path can answer it`
}

function wrongMethod(matching: readonly Known[]): Verdict {
  const methods = methodsOf(matching)
  const here = methodsOf(matching.filter(({ isImplemented }) => isImplemented))
  const takes = `the path takes ${methods.join(', ')}`
  if (here.length === methods.length) return { status: 405, methods, reason: takes }
  const implemented = here.length === 0 ? 'none of them' : here.join(', ')
  return { status: 405, methods, reason: `${takes}; this mock implements ${implemented}` }
}

function methodsOf(operations: readonly Known[]): string[] {
  return [...new Set(operations.map(({ method }) => method))].sort()
}

/** Suggests the path that differs least from an unknown one, if any is near. */
function hint(method: string, path: string, known: readonly Known[]): string {
  const nearest = nearestTo(path, known)
  const others = path.toLowerCase().startsWith('/api/') ? "; DocSpace's API has none like it either" : ''
  if (nearest === undefined) return others
  const all = known.filter(({ template }) => template === nearest.template)
  const same = all.filter((one) => one.method === method)
  const here = all.filter(({ isImplemented }) => isImplemented)
  const meant = [same, here, all].find(({ length }) => length > 0) ?? []
  const question = `; did you mean ${methodsOf(meant).join(' or ')} ${nearest.template}`
  if (meant.some(({ isImplemented }) => isImplemented)) return `${question}?`
  return `${question}, DocSpace's ${meant[0]?.operationId}? This mock does not implement it`
}

function nearestTo(path: string, known: readonly Known[]): Known | undefined {
  let nearest: Known | undefined
  let least = FARTHEST + 1
  for (const [i, spelling] of spellingsOf(path).entries()) {
    const given = segmentsOf(spelling)
    // what was left out counts as a letter
    const added = i === 0 ? 0 : 1
    for (const one of known) {
      const total = differenceOf(one.segments, given, FARTHEST - added) + added
      if (total < least) [nearest, least] = [one, total]
    }
  }
  return nearest
}

/** The path, and variants with a missing or wrong prefix corrected. */
function spellingsOf(path: string): string[] {
  const operation = path.replace(/^\/(api(\/v?\d[^/]*)?|v?\d[^/]*)(?=\/)/i, '')
  // the identity service's paths are below oauth2 as well
  const identity = operation.replace(/^\/oauth2(?=\/)/i, '')
  return [path, ...['/api/2.0', '/api/2.0/portal'].map((prefix) => prefix + operation), `/api/2.0${identity}`]
}
