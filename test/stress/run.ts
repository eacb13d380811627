import { Tally } from '../clients/tally.ts'
import { readFlags } from './flags.ts'
import { HostileTest } from './hostile.ts'
import { testKills } from './kills.ts'
import { soakDefaults } from './soak-options.ts'
import { soak } from './soak-test.ts'
import { command } from './subject.ts'

const HELP = `Usage: npm run test:stress -- [options]

Attacks servers in processes of their own: sends hostile requests, kills them while clients write, and puts a steady
load on one. Tests the built command where there is one.

  --requests NUMBER   how many hostile deliveries, half of them to each profile [20000]
  --seed NUMBER       what they follow from [20261130]
  --profile NAME      documented or server; both by default
  --only NUMBER       that delivery alone, which is shown with what came back
  --kills NUMBER      how often a server is killed [8]
  --minutes NUMBER    how long the steady load is [2]
`

const NUMBERS = { requests: 20_000, seed: 20_261_130, kills: 8, minutes: 2, only: Number.NaN }

const { numbers, given, asksForHelp } = readFlags(NUMBERS, ['profile'])
if (asksForHelp) process.stdout.write(HELP)
else await stress(numbers)

async function stress({ requests, seed, kills, minutes, only }: typeof NUMBERS): Promise<void> {
  const tally = new Tally()
  const isAlone = !Number.isNaN(only)
  const profiles = (['documented', 'server'] as const).filter((name) => (given.profile ?? name) === name)
  if (profiles.length === 0) throw new TypeError(`--profile takes documented or server, not ${given.profile}`)
  const share = Math.ceil(requests / profiles.length)
  tally.ran(command)
  const runs = profiles.map((profile, i) => {
    const [from, to] = isAlone ? [only, only + 1] : [i * share, (i + 1) * share]
    return new HostileTest({ profile, seed, from, to, isShown: isAlone }, tally).run()
  })
  await Promise.all(runs)
  if (!isAlone) {
    if (kills > 0) await testKills(kills, seed, tally)
    if (minutes > 0) await soak({ ...soakDefaults, minutes }, tally)
  }
  tally.finish()
  process.exitCode = tally.failed > 0 || tally.passed === 0 ? 1 : 0
}
