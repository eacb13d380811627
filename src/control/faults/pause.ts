import type { ServerResponse } from 'node:http'
import { setTimeout } from 'node:timers/promises'

/**
 * Waits. It ends early where nobody waits for the answer any more, or the server closes: what was delayed goes on then.
 *
 * @param duration milliseconds
 * @param closing the server's, which is aborted when it begins to close
 */
export async function pause(duration: number, answer: ServerResponse, closing: AbortSignal): Promise<void> {
  if (duration <= 0 || answer.closed || closing.aborted) return
  const early = new AbortController()
  const end = () => early.abort()
  answer.once('close', end)
  closing.addEventListener('abort', end)
  try {
    await setTimeout(duration, undefined, { signal: early.signal })
  } catch {
    // it has ended early, which is as good
  } finally {
    answer.off('close', end)
    closing.removeEventListener('abort', end)
  }
}
