import { setImmediate } from 'node:timers/promises'

/** How long long work keeps the event loop before other work has its turn, in milliseconds. */
const TURN = 10

/** Walks through things, and lets other work of the process go first every few milliseconds. */
export async function* inTurns<Thing>(things: Iterable<Thing> | AsyncIterable<Thing>): AsyncGenerator<Thing> {
  let began = performance.now()
  for await (const thing of things) {
    yield thing
    if (performance.now() - began < TURN) continue
    await setImmediate()
    began = performance.now()
  }
}

/** Does steps of long work, and lets other work of the process go first in between. */
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
