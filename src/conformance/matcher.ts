/** Stands in an expected value where one of many is right. */
export class Matcher {
  /** What to show in its place, such as `<a trace id>`. */
  readonly label: string
  readonly #matches: (value: unknown) => boolean

  constructor(label: string, matches: (value: unknown) => boolean) {
    this.label = label
    this.#matches = matches
  }

  /** A matcher of texts. */
  static text(label: string, pattern: RegExp): Matcher {
    return new Matcher(label, (value) => typeof value === 'string' && pattern.test(value))
  }

  /** Whether a value will do. */
  matches(value: unknown): boolean {
    return this.#matches(value)
  }
}

/** An expected value as it is shown, with the labels of its matchers. */
export function shown(expected: unknown): unknown {
  return normalized(expected, expected)
}

/** A received value with labels in the places where it matches, so that what is left differs. */
export function normalized(received: unknown, expected: unknown): unknown {
  if (expected instanceof Matcher) {
    return received === expected || expected.matches(received) ? expected.label : received
  }
  if (Array.isArray(received) && Array.isArray(expected)) {
    return received.map((item, i) => normalized(item, expected[i]))
  }
  if (isObject(received) && isObject(expected)) {
    return Object.fromEntries(
      Object.entries(received).map(([member, value]) => [member, normalized(value, expected[member])]),
    )
  }
  return received
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Matcher)
}
