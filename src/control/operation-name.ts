import { distance } from 'fastest-levenshtein'
import { MockRefusal } from '../wire/refusals.ts'

/**
 * Refuses an operation that there isn't.
 *
 * @param operations the operationIds that there are
 * @param at where it stands in what was sent
 * @throws MockRefusal naming the member, and the operation that comes nearest
 */
export function checkOperation(operation: string | undefined, operations: ReadonlySet<string>, at: string): void {
  if (operation === undefined || operations.has(operation)) return
  const [nearest] = [...operations].sort((a, b) => distance(operation, a) - distance(operation, b))
  throw new MockRefusal(400, `${at}: there is no ${operation}; did you mean ${nearest}?`)
}
