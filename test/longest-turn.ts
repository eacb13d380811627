import { threadCpuUsage } from 'node:process'

/**
 * The maximum CPU time of a turn of the event loop during a call, in milliseconds. Unlike wall-clock time it doesn't
 * depend on the load of the machine.
 */
export async function longestTurn(work: () => Promise<unknown>): Promise<number> {
  let longest = 0
  let before = cpuTime()
  const measure = () => {
    const now = cpuTime()
    longest = Math.max(longest, now - before)
    before = now
  }
  let isOver = false
  const turn = () => {
    measure()
    if (!isOver) setImmediate(turn)
  }
  setImmediate(turn)
  await work()
  measure()
  isOver = true
  return longest
}

function cpuTime(): number {
  const { user, system } = threadCpuUsage()
  return (user + system) / 1000
}
