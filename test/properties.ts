import fc from 'fast-check'
import type { Test } from 'tap'

/** The same values in every run. */
const SEED = 20_260_630

/**
 * A test that tries a property out on made-up values, and fails with the smallest that break it. A property breaks
 * where it gives `false` or throws.
 *
 * @param runs how many values to try
 */
export function holds<Values extends [unknown, ...unknown[]]>(
  property: fc.IProperty<Values> | fc.IAsyncProperty<Values>,
  runs = 500,
): (t: Test) => Promise<void> {
  return async (t) => {
    const details = await fc.check(property as fc.IAsyncProperty<Values>, { seed: SEED, numRuns: runs })
    t.notOk(details.failed, (await fc.asyncDefaultReportMessage(details)) ?? `held for ${details.numRuns} values`)
  }
}

/** Texts with the characters that parsers trip over. */
export const anyText = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.string({ unit: 'binary' }),
  fc.string({
    unit: fc.constantFrom(...'%+=&?;,./\\"\'{}[]()<>:$|~ \t0123456789abcdefABCDEFxX-_\u0000\u00e9\u{1f600}'),
  }),
)

/** White space that may stand around a value, or nothing. */
export const blanks = fc.string({ unit: fc.constantFrom(' ', '\t'), maxLength: 3 })

/**
 * A text with another character at some place.
 *
 * @param at the place, counted on from the beginning where it is beyond the end
 * @returns `null` where the character stands there already
 */
export function mutated(text: string, at: number, character: string): string | null {
  const place = at % text.length
  return text[place] === character ? null : text.slice(0, place) + character + text.slice(place + 1)
}
