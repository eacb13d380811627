import { distance } from 'fastest-levenshtein'

/** Longer text is no slip of anybody's fingers, and comparing it would take its time. */
const LONGEST_SLIP = 200

/** How many letters may be wrong for something to have been meant: so many, and no more than half of them. */
const FARTHEST_SLIP = 8

/**
 * What somebody is likely to have meant by a text that is nothing that there is. Letter case is ignored.
 *
 * @param spelling how one of what there is would have been written
 * @returns the one that comes nearest; `undefined` where none is near
 */
export function nearestTo<Known>(
  text: string,
  known: Iterable<Known>,
  spelling: (one: Known) => string,
): Known | undefined {
  if (text.length > LONGEST_SLIP) return undefined
  const wanted = text.toLowerCase()
  const ranked = Array.from(known, (one) => {
    const name = spelling(one).toLowerCase()
    return { one, far: distance(wanted, name), farthest: Math.min(FARTHEST_SLIP, name.length / 2) }
  })
  const [nearest] = ranked.sort((a, b) => a.far - b.far)
  return nearest !== undefined && nearest.far <= nearest.farthest ? nearest.one : undefined
}

/** The end of a message about a name that there isn't: a question for the one that is likely to have been meant, if any. */
export function didYouMean(name: string, known: Iterable<string>): string {
  const nearest = nearestTo(name, known, String)
  return nearest === undefined ? '' : `; did you mean ${nearest}?`
}
