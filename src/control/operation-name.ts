import { didYouMean } from '../domain/spelling.ts'
import { MockRefusal } from '../wire/refusals.ts'

/**
 * Refuses an operation that there isn't.
 *
 * @param operations the operationIds that there are
 * @param at where it stands in what was sent
 * @throws MockRefusal naming the member, and the operation that is likely to have been meant
 */
export function checkOperation(operation: string | undefined, operations: ReadonlySet<string>, at: string): void {
  if (operation === undefined || operations.has(operation)) return
  const advice = didYouMean(operation, operations) || "; the portal's OpenAPI document has all operationIds"
  throw new MockRefusal(400, `${at}: there is no ${operation}${advice}`)
}
