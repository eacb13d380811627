import type { PortalSettings } from '../domain/settings.ts'
import type { Fixture } from '../store/fixture.ts'
import { ClockControl } from './clock.ts'
import { CredentialsControl } from './credentials.ts'
import { FaultsControl } from './faults.ts'
import { FindingsControl } from './findings.ts'
import { JournalControl } from './journal.ts'
import { MarkControl } from './marks.ts'
import { OutboxControl } from './outbox.ts'
import { ControlRequests } from './request.ts'
import { SnapshotsControl } from './snapshots.ts'
import { UsersControl } from './users.ts'

/** How the control API is reached. */
export interface ControlOptions {
  /** The portal's name; the server's first one unless given. It is made when it is first used. */
  portal?: string
  /** The server's `--control-token`; the variable `DOCSPACE_MOCK_CONTROL_TOKEN` unless given. */
  token?: string
}

/** Where the server is unless told otherwise. */
const DEFAULT_URL = 'http://localhost:8092'

/** The control over one portal of a docspace-mock: what is true in it, what has happened, what goes wrong, and when. */
export class PortalControl {
  /** What clients of the portal have as its address, without a slash at the end. */
  readonly url: string
  readonly clock: ClockControl
  readonly credentials: CredentialsControl
  readonly faults: FaultsControl
  readonly findings: FindingsControl
  readonly journal: JournalControl
  readonly outbox: OutboxControl
  readonly snapshots: SnapshotsControl
  readonly users: UsersControl
  readonly #name: string | undefined
  readonly #requests: ControlRequests
  readonly #server: ControlRequests

  /** @param url of the server, without a slash at the end */
  constructor(url: string, { portal, token }: ControlOptions) {
    this.url = portal === undefined ? url : `${url}/@${portal}`
    this.#name = portal
    this.#requests = new ControlRequests(this.url, token)
    this.#server = new ControlRequests(url, token)
    this.clock = new ClockControl(this.#requests)
    this.credentials = new CredentialsControl(this.#requests)
    this.faults = new FaultsControl(this.#requests)
    this.findings = new FindingsControl(this.#requests)
    this.journal = new JournalControl(this.#requests)
    this.outbox = new OutboxControl(this.#requests)
    this.snapshots = new SnapshotsControl(this.#requests)
    this.users = new UsersControl(this.#requests)
  }

  /**
   * Makes the portal before its first use, from a fixture of its own.
   *
   * @throws ControlError where it is there already, or the fixture can't be used
   */
  async create(fixture: Fixture): Promise<void> {
    // asked under its own address, the portal would be made as usual
    await this.#server.json('portals', { method: 'POST', body: { name: this.#name, fixture } })
  }

  /** Makes everything as it was when the portal was new. */
  reset(): Promise<void> {
    return this.#requests.json('reset', { method: 'POST' })
  }

  /** Remembers this moment, to see later what has changed since. */
  async mark(name?: string): Promise<MarkControl> {
    const { id } = await this.#requests.json<{ id: string }>('marks', { method: 'POST', body: name ? { name } : {} })
    return new MarkControl(id, this.#requests)
  }

  /** The portal's settings. */
  settings(): Promise<PortalSettings> {
    return this.#requests.json('settings')
  }

  /** Changes some of the settings. Gives all. */
  changeSettings(changes: Partial<PortalSettings>): Promise<PortalSettings> {
    return this.#requests.json('settings', { method: 'PATCH', body: changes })
  }

  /** Ends everybody's sessions. */
  endSessions(): Promise<void> {
    return this.#requests.json('sessions', { method: 'DELETE' })
  }

  /** The portal as it is now, as a fixture. */
  exportFixture(): Promise<Fixture> {
    return this.#requests.json('fixture')
  }

  /** Makes the portal anew from a fixture, which a reset leads to from then on. */
  loadFixture(fixture: Fixture): Promise<void> {
    return this.#requests.json('fixture', { method: 'PUT', body: fixture })
  }

  /**
   * Forgets the portal: the next one of its name is new.
   *
   * @throws ControlError where the server was started with it
   */
  async drop(): Promise<void> {
    const name = this.#name ?? (await this.#firstName())
    await this.#requests.json(`portals/${encodeURIComponent(name)}`, { method: 'DELETE' })
  }

  /** The same as `drop`, for `await using`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.drop()
  }

  async #firstName(): Promise<string> {
    const [first] = await this.#requests.json<{ name: string }[]>('portals')
    return first?.name ?? ''
  }
}

/**
 * Takes control of a portal. Nothing is sent yet.
 *
 * @param url of the server; the variable `DOCSPACE_MOCK_URL`, or `http://localhost:8092`, unless given
 */
export function control(
  url = process.env.DOCSPACE_MOCK_URL ?? DEFAULT_URL,
  options: ControlOptions = {},
): PortalControl {
  const { portal, token = process.env.DOCSPACE_MOCK_CONTROL_TOKEN } = options
  return new PortalControl(url.replace(/\/+$/, ''), { ...(portal && { portal }), ...(token && { token }) })
}
