import autocannon from 'autocannon'
import { generatedUserId } from '../../src/store/generate-users.ts'
import type { Load, LoadRequest } from './load.ts'
import { percentile } from './statistics.ts'

/** How many people each connection asks for, over and over: 50 connections make 50,000 of them. */
const PEOPLE_PER_CONNECTION = 1_000

process.on('message', async (request: LoadRequest) => {
  process.send?.(await fire(request))
})

// the parent is gone, or done
process.on('disconnect', () => process.exit())

let taken = 0

function next(bodies: readonly string[]): string {
  taken += 1
  return bodies[taken % bodies.length] ?? ''
}

async function fire({
  url,
  method,
  headers,
  bodies = [],
  connections,
  seconds,
  rate,
  people,
  portals,
}: LoadRequest): Promise<Load> {
  const run = autocannon({
    url,
    method,
    headers,
    connections,
    duration: seconds,
    sampleInt: 50,
    ...(rate !== undefined && { connectionRate: rate }),
    ...(bodies.length > 0 && { setupClient: (client) => client.setBody(next(bodies)) }),
    ...(people !== undefined && { setupClient: (client) => client.setRequests(randomPeople(url, people)) }),
    ...(portals !== undefined && { setupClient: (client) => client.setRequests(allPortals(url, portals)) }),
  })
  // autocannon's own percentiles are whole milliseconds
  const latencies: number[] = []
  let first = 0
  let last = 0
  run.on('response', (_client, _status, _bytes, latency: number) => {
    last = performance.now()
    first ||= last
    latencies.push(latency)
  })
  const stopPolling = poll()
  const { errors, non2xx } = await run
  stopPolling()
  latencies.sort((a, b) => a - b)
  return {
    failures: errors + non2xx,
    requestsPerSecond: (latencies.length * 1000) / (last - first),
    p50: percentile(latencies, 50),
    p99: percentile(latencies, 99),
  }
}

/**
 * Keeps the event loop from sleeping. A server that is slower than its clients would otherwise pay for waking them with
 * every answer, which on a virtual machine takes as long as making the answer; one that keeps them busy wouldn't.
 */
function poll(): () => void {
  let polling = true
  const again = () => {
    if (polling) setImmediate(again)
  }
  again()
  return () => {
    polling = false
  }
}

function randomPeople(url: string, people: number): { path: string }[] {
  const { pathname } = new URL(url)
  return Array.from({ length: PEOPLE_PER_CONNECTION }, () => {
    return { path: `${pathname}/${generatedUserId(1 + Math.floor(Math.random() * people))}` }
  })
}

function allPortals(url: string, portals: number): { path: string }[] {
  const { pathname } = new URL(url)
  return Array.from({ length: portals }, (_, i) => ({ path: `/@w${i + 1}${pathname}` }))
}
