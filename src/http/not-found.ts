import type { HTTPMethods, RouteOptions } from 'fastify'
import fp from 'fastify-plugin'
import { maskedPath, maskedText } from '../journal/masks.ts'
import { plainTarget, splitTarget } from '../wire/target.ts'
import { sendEmpty } from './errors.ts'
import type { Verdict } from './unknown-path.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** `false`: the route only keeps others from taking the request, whose path is unknown. */
    isImplemented?: false
  }
}

/** Operations of DocSpace that the mock doesn't implement, and whose name its routes would take for a parameter. */
const TAKEN_FOR_PARAMETERS: readonly [method: HTTPMethods, url: string][] = [
  ['POST', '/api/2.0/authentication/confirm'],
  ['POST', '/api/2.0/authentication/sendsms'],
  ['POST', '/api/2.0/authentication/setphone'],
  ['GET', '/api/2.0/clients/consents'],
  ['GET', '/api/2.0/clients/info'],
  ['DELETE', '/api/2.0/clients/tenant'],
]

/** What browsers and crawlers ask every host for by themselves. */
const UNASKED =
  /^\/(favicon\.ico|robots\.txt|apple-touch-icon(-[\w-]+)?\.png|\.well-known\/appspecific\/com\.chrome\.devtools\.json)$/i

/**
 * Answers requests that no route takes: 405 with the methods that the path takes, else 404. Neither has a body, and
 * neither asks for credentials. The paths of DocSpace's API are loaded with the first of them.
 */
export const notFound = fp(
  async (app) => {
    for (const [method, url] of TAKEN_FOR_PARAMETERS) {
      app.route({ method, url, config: { isImplemented: false }, handler: (_, reply) => void reply.callNotFound() })
    }

    const routes = new Map<string, Set<string>>()
    app.addHook('onRoute', ({ url, method }: RouteOptions) => {
      const methods = routes.get(url) ?? new Set()
      for (const name of [method].flat()) methods.add(name)
      routes.set(url, methods)
    })

    let judge: ((method: string, path: string) => Verdict) | undefined
    app.setNotFoundHandler(async (request, reply) => {
      if (judge === undefined) {
        const { createJudge } = await import('./unknown-path.ts')
        judge = createJudge(routes)
      }
      const verdict = judge(request.method, splitTarget(request.url).path)
      request.refusal = verdict.reason
      if (verdict.status === 405) return sendEmpty(reply.header('allow', verdict.methods.join(', ')), 405)
      const { path } = splitTarget(plainTarget(request.originalUrl))
      if (!UNASKED.test(path)) request.log.warn(`${request.method} ${maskedPath(path)}: ${maskedText(verdict.reason)}`)
      return sendEmpty(reply, 404)
    })
  },
  { name: 'not-found' },
)
