import { ClockControl } from './clock.ts'
import { OutboxControl } from './outbox.ts'
import { ControlRequests } from './request.ts'

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
  readonly outbox: OutboxControl
  readonly #name: string | undefined
  readonly #requests: ControlRequests

  /** @param url of the server, without a slash at the end */
  constructor(url: string, { portal, token }: ControlOptions) {
    this.url = portal === undefined ? url : `${url}/@${portal}`
    this.#name = portal
    this.#requests = new ControlRequests(this.url, token)
    this.clock = new ClockControl(this.#requests)
    this.outbox = new OutboxControl(this.#requests)
  }

  /** Makes everything as it was when the portal was new. */
  reset(): Promise<void> {
    return this.#requests.json('reset', { method: 'POST' })
  }

  /**
   * Forgets the portal: the next one of its name is new.
   *
   * @throws ControlError where the server was started with it
   */
  async drop(): Promise<void> {
    const name = this.#name ?? (await this.#firstName())
    await this.#requests.json(`portals/${name}`, { method: 'DELETE' })
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
