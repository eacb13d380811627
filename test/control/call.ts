import type { FastifyInstance, InjectOptions } from 'fastify'
import type { Test } from 'tap'
import type { ServerOptions } from '../../src/server.ts'
import type { PortalSlot } from '../../src/store/portal-slot.ts'
import { testServer } from '../helper.ts'

/** What the control API has answered. */
export interface ControlAnswer {
  status: number
  // biome-ignore lint/suspicious/noExplicitAny: whatever it is, tests say what it has to be
  body: any
}

/** Calls an operation of the control API, of the first portal unless the path names another. */
export async function call(
  app: FastifyInstance,
  method: NonNullable<InjectOptions['method']>,
  path: string,
  payload?: unknown,
): Promise<ControlAnswer> {
  const [, portal = '', rest = path] = /^(\/@[^/]+)(.*)$/.exec(path) ?? []
  const { statusCode, body } = await app.inject({
    method,
    url: `${portal}/__mock${rest}`,
    ...(payload !== undefined && { payload: JSON.stringify(payload) }),
  })
  return { status: statusCode, body: body === '' ? null : JSON.parse(body) }
}

/** A server whose control API is called. */
export interface Controlled {
  app: FastifyInstance
  portal: PortalSlot
  control: (method: NonNullable<InjectOptions['method']>, path: string, payload?: unknown) => Promise<ControlAnswer>
}

/** Puts a server in front of a portal and gives what calls its control API. */
export async function controlled(
  t: Test,
  options: Partial<ServerOptions> & { portal?: PortalSlot } = {},
): Promise<Controlled> {
  const { app, portal } = await testServer(t, options)
  return { app, portal, control: (method, path, payload) => call(app, method, path, payload) }
}

/** A request that has to be refused: what is asked, with what, and what the message has to say. */
export type Refusal = [
  method: NonNullable<InjectOptions['method']>,
  path: string,
  payload: unknown,
  message: RegExp,
  status?: number,
]

/** Sends requests each of which has to be refused with a message, and to change nothing. */
export async function refuses(t: Test, { control, portal }: Controlled, refusals: readonly Refusal[]): Promise<void> {
  for (const [method, path, payload, message, status = 400] of refusals) {
    const before = portal.image()
    const what = `${method} ${path} ${JSON.stringify(payload)?.slice(0, 100)}`
    const answer = await control(method, path, payload)
    t.equal(answer.status, status, what)
    t.same(Object.keys(answer.body ?? {}), ['error'], what)
    t.match(answer.body?.error, message, what)
    t.ok(portal.image().equals(before), `${what} changes nothing`)
  }
}
