import { threadCpuUsage } from 'node:process'

/**
 * The most CPU time that one turn of the event loop takes while something is done, in milliseconds. Unlike the time on
 * the clock it doesn't grow with what else runs on the machine.
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
