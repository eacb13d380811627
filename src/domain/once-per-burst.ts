/** How long there must be no call before the next one counts, in ms. */
const BURST = 60_000

/** Gives a function that calls another with the first call of a burst: log lines for what happens many times a second. */
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
