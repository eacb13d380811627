import { existsSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { LoadGenerator } from './load.ts'
import { measureGrowth } from './measure-growth.ts'
import { measureJournal } from './measure-journal.ts'
import { measurePortals } from './measure-portals.ts'
import { measureRequests } from './measure-requests.ts'
import { measureSignIns } from './measure-sign-ins.ts'
import { measureStart } from './measure-start.ts'
import { describeMachine, report } from './report.ts'
import type { Command } from './server-process.ts'

const HELP = `Usage: npm run bench -- [options]

Measures the mock against bare node:http servers that send the same bytes, and prints tables in Markdown.

  --quick  a short run: rough figures, and 10,000 users in the place of 1,000,000
  --json   print the figures as JSON instead
`

const SOURCE: Command = ['src/main.ts', '--port', '0']
const BUILT: Command = ['dist/bin.cjs', '--port', '0']

const { values } = parseArgs({
  options: { quick: { type: 'boolean' }, json: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
})

if (values.help) process.stdout.write(HELP)
else await bench(values.quick ?? false, values.json ?? false)

async function bench(quick: boolean, asJson: boolean): Promise<void> {
  const effort = { rounds: quick ? 3 : 7, seconds: quick ? 1 : 3, connections: 50 }
  const people = { few: 10, many: quick ? 10_000 : 1_000_000 }
  const isBuilt = existsSync(new URL(`../../${BUILT[0]}`, import.meta.url))
  // what users install, where it has been built
  const served = isBuilt ? BUILT : SOURCE

  progress('start')
  const start = await measureStart(isBuilt ? [SOURCE, BUILT] : [SOURCE], quick ? 5 : 21)
  const generator = new LoadGenerator()
  const { requests, memoryAfterLoad } = await measureRequests(served, generator, effort, progress)
  progress('journal')
  const journal = await measureJournal(served, generator, effort)
  progress('growth')
  const growth = await measureGrowth(served, people, generator, effort)
  progress('sign-ins')
  const signIns = await measureSignIns(served, generator, effort)
  progress('portals')
  const portals = await measurePortals(served, quick ? [1, 100] : [1, 100, 1000], generator, effort)
  generator.stop()

  const figures = {
    machine: describeMachine(),
    ...effort,
    requests,
    start,
    memoryAfterLoad,
    growth,
    signIns,
    people,
    portals,
    journal,
  }
  process.stdout.write(asJson ? `${JSON.stringify(figures, null, 2)}\n` : report(figures))
}

function progress(what: string): void {
  process.stderr.write(`bench: ${what} …\n`)
}
