/**
 * A signal that comes some time after another: what must not be left half done has until then.
 *
 * @param ms how much later
 */
export function delayed(signal: AbortSignal, ms: number): AbortSignal {
  const later = new AbortController()
  // nobody has to wait for it where nothing is under way any more
  const start = () => setTimeout(() => later.abort(), ms).unref()
  if (signal.aborted) start()
  else signal.addEventListener('abort', start, { once: true })
  return later.signal
}
