import type { AddressInfo } from 'node:net'
import type { FastifyInstance } from 'fastify'
import localhost from '../fixtures/localhost.json' with { type: 'json' }
import { createServer, type ServerOptions } from './server.ts'
import { checkFixture, type Fixture, FixtureError, readFixture } from './store/fixture.ts'
import type { PortalOptions } from './store/portal.ts'
import { openPortal, type PortalSlot } from './store/portal-slot.ts'
import { makeCertificate } from './tls.ts'

/** The portal that is served unless another is given: `localhost`, tenant 1, nine people with known credentials. */
export const defaultFixture = localhost as Fixture

/** What can be said about a server and its portals. Everything has a default. */
export interface StartOptions
  extends Omit<ServerOptions, 'portals' | 'tls'>,
    Omit<PortalOptions, 'fixture' | 'alias' | 'tenantId'> {
  /** Port to listen on; 0: any free one. 8092 unless given. */
  port?: number
  /** Name or address to listen on. `localhost`, IPv4 and IPv6, unless given. */
  host?: string
  /** Certificate and key, as PEM, to speak TLS with; `true`: ones that are made. Plain HTTP unless given. */
  tls?: true | NonNullable<ServerOptions['tls']>
  /** Portals to serve: paths of files, or fixtures. The first answers where no other is meant. */
  fixtures?: readonly (string | Fixture)[]
}

/** A server that listens. */
export interface RunningServer {
  /** Where, without a slash at the end. */
  url: string
  /** Those that it was started with. */
  portals: readonly [PortalSlot, ...PortalSlot[]]
  app: FastifyInstance
  /** Stops listening, lets requests that have begun finish, and closes the portals. */
  close(): Promise<void>
  /** The same as `close`, for `await using`. */
  [Symbol.asyncDispose](): Promise<void>
}

/**
 * Opens the portals and starts a server in front of them.
 *
 * @throws FixtureError, DataFileError, or the error of the port that is taken
 */
export async function start(options: StartOptions = {}): Promise<RunningServer> {
  const { port = 8092, host = 'localhost', tls: given, ...rest } = options
  const portals = await openPortals(options)
  try {
    // a name for each portal: no client takes *.localhost for one
    const hosts = [host, ...portals.map(({ alias }) => `${alias}.localhost`)]
    const tls = given === true ? await makeCertificate(hosts) : given
    const app = await createServer({ ...rest, host, ...(tls && { tls }), portals })
    app.addHook('onClose', async () => closeAll(portals))
    await app.listen({ port, host })
    const { port: actual } = app.server.address() as AddressInfo
    const close = () => app.close()
    return {
      url: `${tls === undefined ? 'http' : 'https'}://${shownHost(host)}:${actual}`,
      portals,
      app,
      close,
      [Symbol.asyncDispose]: close,
    }
  } catch (error) {
    closeAll(portals)
    throw error
  }
}

async function openPortals({
  fixtures = [defaultFixture],
  ...options
}: StartOptions): Promise<RunningServer['portals']> {
  const portals: PortalSlot[] = []
  try {
    for (const [i, given] of fixtures.entries()) {
      const name = typeof given === 'string' ? given : `fixtures[${i}]`
      const fixture = await load(given, name)
      if (portals.some(({ alias }) => alias === fixture.alias)) {
        throw new FixtureError(`${name}: /alias is that of another portal: ${fixture.alias}`)
      }
      portals.push(openPortal({ ...options, fixture }))
    }
    const [first, ...others] = portals
    if (first === undefined) throw new TypeError('start: fixtures is empty, and a server needs at least one portal')
    return [first, ...others]
  } catch (error) {
    closeAll(portals)
    throw error
  }
}

async function load(fixture: string | Fixture, name: string): Promise<Fixture> {
  if (typeof fixture === 'string') return readFixture(fixture)
  return fixture === defaultFixture ? fixture : checkFixture(fixture, name)
}

function closeAll(portals: readonly PortalSlot[]): void {
  for (const portal of portals) portal.close()
}

/** An address that a client on this machine can use. */
function shownHost(host: string): string {
  if (host === '0.0.0.0' || host === '::') return 'localhost'
  return host.includes(':') ? `[${host}]` : host
}
