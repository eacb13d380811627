import { setImmediate } from 'node:timers/promises'

/** How long a turn of long work may block the event loop, in milliseconds. */
const TURN = 10

/** Iterates over things, yielding to the event loop every few milliseconds. */
export async function* inTurns<Thing>(things: Iterable<Thing> | AsyncIterable<Thing>): AsyncGenerator<Thing> {
  let began = performance.now()
  for await (const thing of things) {
    yield thing
    if (performance.now() - began < TURN) continue
    await setImmediate()
    began = performance.now()
  }
}

/** Runs the steps of long work, yielding to the event loop in between. */
export async function stepInTurns<Result>(steps: Generator<unknown, Result>): Promise<Result> {
  let began = performance.now()
  for (;;) {
    const { done, value } = steps.next()
    if (done) return value
    if (performance.now() - began < TURN) continue
    await setImmediate()
    began = performance.now()
  }
}
