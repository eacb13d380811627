import assert from 'node:assert/strict'
import { setTimeout as delay } from 'node:timers/promises'
import { apiKey } from '../helper.ts'

const HEADERS = { authorization: `Bearer ${apiKey('1')}`, 'content-type': 'application/json' }

/** How many things a client creates at most: enough to lose one, and within the bounds of a portal. */
const MOST = 300

/** A client that uses its portal normally, and knows the expected state. */
export class LegitimateClient {
  readonly name: string
  readonly #root: string
  readonly #keys: string[] = []
  readonly #members: string[] = []
  readonly refused: string[] = []
  #asked = 0

  /** @param name of the portal */
  constructor(url: string, name: string) {
    this.name = name
    this.#root = `${url}/@${name}/api/2.0`
  }

  /** Writes and reads repeatedly until the signal is aborted. */
  async work(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      if (this.#keys.length < MOST) await this.#write()
      await this.#ask('portal/userscount')
      await delay(200, undefined, { signal }).catch(() => {})
    }
  }

  /** @throws AssertionError if an answered change is missing */
  async check(): Promise<void> {
    const keys = (await this.#ask('keys')) as { name: string }[]
    const names = new Set(keys.map(({ name }) => name))
    assert.deepEqual(
      this.#keys.filter((name) => !names.has(name)),
      [],
      `of ${this.#keys.length} keys`,
    )
    assert.equal(await this.#ask('portal/userscount'), 6 + this.#members.length, 'people')
    assert.deepEqual(this.refused, [], `of ${this.#asked} requests`)
  }

  async #write(): Promise<void> {
    const name = `key ${this.#keys.length}`
    if ((await this.#ask('keys', { name, permissions: ['*:read'] })) !== null) this.#keys.push(name)
    if (this.#keys.length % 5 !== 0) return
    const email = `member${this.#members.length}@example.com`
    const member = { email, firstName: 'New', lastName: 'Member', type: 4 }
    if ((await this.#ask('people', member)) !== null) this.#members.push(email)
  }

  /** @returns the response; `null` if the request was refused, which is recorded */
  async #ask(path: string, body?: object): Promise<unknown> {
    this.#asked++
    const init = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }
    try {
      const answer = await fetch(`${this.#root}/${path}`, { headers: HEADERS, ...init })
      const text = await answer.text()
      if (answer.ok) return (JSON.parse(text) as { response: unknown }).response
      this.refused.push(`${path}: ${answer.status} ${text.slice(0, 200)}`)
    } catch (error) {
      this.refused.push(`${path}: ${(error as Error).cause ?? error}`)
    }
    return null
  }
}

/** Requests the health of a server continuously, over one connection. Times are in milliseconds. */
export class HealthWatch {
  readonly #url: string
  longest = 0
  /** The time of the last response. */
  latest = 0
  readonly ill: string[] = []

  constructor(url: string) {
    this.#url = `${url}/health`
  }

  async work(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const since = performance.now()
      try {
        const answer = await fetch(this.#url)
        await answer.text()
        if (answer.status !== 200) this.ill.push(String(answer.status))
      } catch (error) {
        this.ill.push(String((error as Error).cause ?? error))
      }
      this.latest = performance.now() - since
      this.longest = Math.max(this.longest, this.latest)
      await delay(50, undefined, { signal }).catch(() => {})
    }
  }
}
