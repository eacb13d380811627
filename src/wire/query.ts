import type { FastifyRequest } from 'fastify'
import { percentDecode } from './percent.ts'

/** The query of a request as ASP.NET reads it: names without regard to case, all values of a name in order. */
export class Query {
  readonly #values = new Map<string, string[]>()

  /** @param text the raw query, with or without its question mark */
  constructor(text: string) {
    for (const [given, value] of queryPairs(text)) {
      const name = folded(given)
      const values = this.#values.get(name)
      if (values === undefined) this.#values.set(name, [value])
      else values.push(value)
    }
  }

  /** All values of a name; `undefined` where it isn't there. */
  all(name: string): readonly string[] | undefined {
    return this.#values.get(folded(name))
  }

  /** The first value of a name. */
  first(name: string): string | undefined {
    return this.all(name)?.[0]
  }

  /** Whether there is a name that is the given one, or begins with it and a dot. */
  hasPrefix(prefix: string): boolean {
    const wanted = folded(prefix)
    return this.#values.keys().some((name) => name === wanted || name.startsWith(`${wanted}.`))
  }
}

/**
 * Names and values of a query, decoded, as they follow one another.
 *
 * @param text the raw query, with or without its question mark
 */
export function queryPairs(text: string): [name: string, value: string][] {
  const pairs: [string, string][] = []
  for (const pair of text.replace(/^\?/, '').split('&')) {
    if (pair === '') continue
    const equals = pair.indexOf('=')
    if (equals === -1) pairs.push([decode(pair), ''])
    else pairs.push([decode(pair.slice(0, equals)), decode(pair.slice(equals + 1))])
  }
  return pairs
}

const noQuery = new Query('')

/** A name without the letter case of ASCII. Lower case alone would make a K of the sign for Kelvin. */
function folded(name: string): string {
  return name.replace(/[A-Z]+/g, (letters) => letters.toLowerCase())
}

function decode(text: string): string {
  return percentDecode(text.replaceAll('+', ' '))
}

/** The query of a request: as it was read when the request came. */
export function queryOf(request: FastifyRequest): Query {
  return request.query as Query
}

/** Reads the query of a request. */
export function parseQuery(text: string): Query {
  return text === '' ? noQuery : new Query(text)
}
