import { existsSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import type { FastifyInstance } from 'fastify'
import localhost from '../fixtures/localhost.json' with { type: 'json' }
import { createServer, type ServerOptions } from './server.ts'
import { checkFixture, type Fixture, FixtureError, readFixture } from './store/fixture.ts'
import type { PortalOptions } from './store/portal.ts'
import { openPortal, type PortalSlot } from './store/portal-slot.ts'
import { fileOf } from './store/portal-state.ts'
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
  const sources: Source[] = []
  for (const [i, given] of fixtures.entries()) sources.push(await loadSource(given, i))
  refuseRepeated(sources)
  const byAlias = new Map<string, PortalSlot>()
  const twinOf = (id: number) => byAlias.values().find(({ tenantId }) => tenantId === id)
  try {
    // portals with a file come first, since their tenant ids are fixed
    const [old, made] = partition(sources, ({ fixture }) => existsSync(fileOf({ ...options, fixture }) ?? ''))
    for (const source of old) {
      const portal = openPortal({ ...options, fixture: source.fixture })
      const twin = twinOf(portal.tenantId)
      byAlias.set(source.fixture.alias, portal)
      if (twin !== undefined) throw sharedTenantId(source, twin, sources)
    }
    const taken = new Set([...made.map(({ fixture }) => fixture), ...byAlias.values()].map(({ tenantId }) => tenantId))
    for (const source of made) {
      const { fixture } = source
      const tenantId = fixture.tenantId ?? firstFree(taken)
      const twin = twinOf(tenantId)
      if (twin !== undefined) throw sharedTenantId(source, twin, sources)
      taken.add(tenantId)
      byAlias.set(fixture.alias, openPortal({ ...options, fixture, tenantId }))
    }
    const [first, ...others] = sources.flatMap(({ fixture }) => byAlias.get(fixture.alias) ?? [])
    if (first === undefined) throw new TypeError('start: fixtures is empty, and a server needs at least one portal')
    return [first, ...others]
  } catch (error) {
    closeAll([...byAlias.values()])
    throw error
  }
}

/** A fixture, and its name in messages, such as the path of its file. */
interface Source {
  name: string
  fixture: Fixture
}

async function loadSource(given: string | Fixture, i: number): Promise<Source> {
  const name = typeof given === 'string' ? given : `fixtures[${i}]`
  return { name, fixture: await load(given, name) }
}

/** @throws FixtureError if two fixtures have the same alias or tenant id, by which credentials name their portal */
function refuseRepeated(sources: readonly Source[]): void {
  for (const [i, { name, fixture }] of sources.entries()) {
    const earlier = sources.slice(0, i)
    const { alias, tenantId } = fixture
    const namesake = earlier.find((other) => other.fixture.alias === alias)
    if (namesake !== undefined) {
      throw new FixtureError(`${name}: /alias is that of another portal: ${alias}`)
    }
    const twin = earlier.find((other) => tenantId !== undefined && other.fixture.tenantId === tenantId)
    if (twin !== undefined) {
      throw new FixtureError(
        `${name}: /tenantId is that of another portal: ${tenantId}, of ${twin.name}. They would share credentials. ` +
          'Give one of them another tenantId, or leave it out.',
      )
    }
  }
}

/** @param twin a portal with the same tenant id, which has a file */
function sharedTenantId({ name, fixture }: Source, twin: PortalSlot, sources: readonly Source[]): FixtureError {
  const { alias, tenantId } = twin
  const other = sources.find((source) => source.fixture.alias === alias)?.name ?? alias
  return new FixtureError(
    `${name}: the portal ${fixture.alias} has the tenant id ${tenantId}, which the file of the portal ${alias} ` +
      `(${other}) has too. They would share credentials. Give one of them another tenantId; a portal with a file ` +
      'keeps its own until that file is deleted.',
  )
}

function firstFree(taken: ReadonlySet<number | undefined>): number {
  let id = 1
  while (taken.has(id)) id += 1
  return id
}

function partition<Item>(items: readonly Item[], isFirst: (item: Item) => boolean): [Item[], Item[]] {
  return [items.filter(isFirst), items.filter((item) => !isFirst(item))]
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
