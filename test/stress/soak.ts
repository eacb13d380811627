import { Tally } from '../clients/tally.ts'
import { readFlags } from './flags.ts'
import { soakDefaults } from './soak-options.ts'
import { soak } from './soak-test.ts'

const HELP: Record<keyof typeof soakDefaults, string> = {
  minutes: 'how long the load goes on',
  rate: 'requests a second, where the machine is fast enough',
  portals: 'how many portals are asked',
  connections: 'how many clients ask',
  'max-rss': 'resident memory at any time, in MB',
  'max-growth': 'by how many percent it may grow in the second half',
  'max-p99': '99th percentile of the latencies, in ms',
  'max-turn': 'CPU time that the event loop takes without a break, in ms',
  'max-rest': 'resident memory a minute after the portals were dropped, by that before the load',
}

const { numbers, asksForHelp } = readFlags(soakDefaults)
if (asksForHelp) process.stdout.write(helpText())
else {
  const tally = new Tally()
  await soak(numbers, tally)
  tally.finish()
  process.exitCode = tally.failed > 0 ? 1 : 0
}

function helpText(): string {
  const lines = Object.entries(numbers).map(([name, fallback]) => {
    return `  ${`--${name} NUMBER`.padEnd(22)} ${HELP[name as keyof typeof HELP]} [${fallback}]\n`
  })
  return `Usage: npm run soak -- [options]

Puts a steady load on a server and prints its memory and speed by minute. Ends with 1 where it grows or slows down.

${lines.join('')}`
}
