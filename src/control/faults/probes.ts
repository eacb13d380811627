import type { Draw } from '../../domain/draw.ts'
import type { Effect } from './definition.ts'

/** The enumerations among the members of the API's results, as DocSpace's document has them. */
const ENUMERATIONS = new Set([
  'activationStatus',
  'defaultFolderType',
  'employeeType',
  'mobilePhoneActivationStatus',
  'recaptchaType',
  'status',
  'tenantStatus',
  'theme',
  'trustedDomainsType',
])

/** What no enumeration has. */
const UNKNOWN_NUMBER = 99
const UNKNOWN_TEXT = 'Unknown'

type Members = Record<string, unknown>

/**
 * Makes a success into one that a client may not be ready for.
 *
 * @param envelope what was to be sent, which is changed
 * @returns what has changed, in words
 */
export function probe(envelope: Members, effect: Effect, draw: Draw): string[] {
  const { unknownMember, unknownEnumValue, missingMember, nullMember } = effect
  return [
    ...(unknownEnumValue ? spoilEnums(envelope, unknownEnumValue) : []),
    ...(missingMember ? changeMember(envelope, missingMember, draw, 'missing') : []),
    ...(nullMember ? changeMember(envelope, nullMember, draw, 'null') : []),
    ...(unknownMember ? addMember(envelope, unknownMember === true ? 'unknownMember' : unknownMember) : []),
  ]
}

/** The results in an envelope: one, those of a list, or none where the result is a number or a text. */
function resultsOf({ response }: Members): Members[] {
  return [response].flat().filter((result): result is Members => typeof result === 'object' && result !== null)
}

function addMember(envelope: Members, name: string): string[] {
  const places = [envelope, ...resultsOf(envelope)].filter((place) => !Object.hasOwn(place, name))
  for (const place of places) place[name] = 'unknown'
  return places.length > 0 ? [`${name} added`] : []
}

function spoilEnums(envelope: Members, chosen: string | true): string[] {
  const results = resultsOf(envelope)
  const present = new Set(results.flatMap((result) => Object.keys(result)))
  const names = [...present].filter((name) => (chosen === true ? ENUMERATIONS.has(name) : name === chosen))
  for (const name of names) {
    for (const result of results.filter((result) => Object.hasOwn(result, name))) {
      result[name] = typeof result[name] === 'number' ? UNKNOWN_NUMBER : UNKNOWN_TEXT
    }
  }
  return names.map((name) => `${name} unknown`)
}

/** Takes a member out of all results, or makes it null there. Where no result has members it is one of the envelope's. */
function changeMember(envelope: Members, chosen: string | true, draw: Draw, how: 'missing' | 'null'): string[] {
  const results = resultsOf(envelope)
  const places = results.length > 0 ? results : [envelope]
  const name = chosen === true ? anyOf(places, draw(how)) : chosen
  if (name === undefined) return []
  // a name may as well be that of a member of the envelope
  const changed = [places, [envelope]].map((list) => list.filter((place) => Object.hasOwn(place, name)))
  const nearest = changed.find((list) => list.length > 0) ?? []
  for (const place of nearest) {
    if (how === 'missing') delete place[name]
    else place[name] = null
  }
  return nearest.length > 0 ? [`${name} ${how}`] : []
}

/** One of the members that can do without: an id is what a result is known by, and a response is the result. */
function anyOf(places: readonly Members[], chance: number): string | undefined {
  const names = [...new Set(places.flatMap((place) => Object.keys(place)))]
  const optional = names.filter((name) => name !== 'id' && name !== 'response' && name !== 'unknownMember')
  return optional[Math.floor(chance * optional.length)]
}
