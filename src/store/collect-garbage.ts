import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

type Collect = (options: { type: 'major'; execution: 'async' }) => Promise<void>

/** Collects all garbage, in the next turn of the event loop. V8 by itself may take minutes. */
export async function collectGarbage(): Promise<void> {
  setFlagsFromString('--expose-gc')
  const collect: Collect = runInNewContext('gc')
  await collect({ type: 'major', execution: 'async' })
}
