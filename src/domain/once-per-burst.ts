/** A burst ends when there was no call for this long, in ms. */
const BURST = 60_000

/** Returns a function that calls another only once per burst, for log lines about frequent events. */
export function oncePerBurst<Args extends unknown[]>(
  call: (...args: Args) => void,
  now = () => performance.now(),
): (...args: Args) => void {
  let lastAt = Number.NEGATIVE_INFINITY
  return (...args) => {
    const at = now()
    const isFirst = at - lastAt >= BURST
    lastAt = at
    if (isFirst) call(...args)
  }
}
