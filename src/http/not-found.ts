import type { RouteOptions } from 'fastify'
import fp from 'fastify-plugin'
import { nearestTo } from '../domain/spelling.ts'
import { plainTarget, splitTarget } from '../wire/target.ts'
import { sendEmpty } from './errors.ts'

/** Where the name of a section stands in a path such as `/api/2.0/portal/userscount`. */
const SECTION = 3

/**
 * Answers requests that no operation takes: 405 with the methods that it would take where the path is known, else 404.
 * Neither has a body, and neither asks for credentials.
 */
export const notFound = fp(
  async (app) => {
    const routes = new Map<string, Set<string>>()
    app.addHook('onRoute', ({ url, method }: RouteOptions) => {
      const methods = routes.get(url) ?? new Set()
      for (const name of [method].flat()) methods.add(name)
      routes.set(url, methods)
    })

    app.setNotFoundHandler((request, reply) => {
      const { path: routed } = splitTarget(request.url)
      const matching = [...routes.keys()].filter((url) => leadsTo(url, routed))
      // a literal path is a nearer match than one with parameters
      const nearest = matching.find((url) => !/[:*]/.test(url)) ?? matching[0]
      const methods = [...(routes.get(nearest ?? '') ?? [])].sort()
      if (methods.length === 0 || methods.includes(request.method)) {
        request.refusal = `no such path${nearest === undefined ? hint(routed, routes) : `; ${whyNot(nearest)}`}`
        const { path } = splitTarget(plainTarget(request.originalUrl))
        request.log.warn(`${request.method} ${path}: ${request.refusal}`)
        return sendEmpty(reply, 404)
      }
      request.refusal = `the path takes ${methods.join(', ')}`
      return sendEmpty(reply.header('allow', methods.join(', ')), 405)
    })
  },
  { name: 'not-found' },
)

/** Whether a route's path, which may have parameters, is a pattern of a request's. */
function leadsTo(url: string, path: string): boolean {
  const pattern = url.replaceAll('.', '\\.').replaceAll('*', '.*').replace(/:\w+/g, '[^/]+')
  return new RegExp(`^${pattern}$`, 'i').test(path)
}

/** Says why a route that the path and the method lead to didn't take the request. */
function whyNot(url: string): string {
  return url.includes(':') ? `${url} takes only GUIDs there` : `${url} is a page, for who accepts text/html`
}

/** Names the operation that somebody who asked for an unknown path below the API is likely to have meant. */
function hint(path: string, routes: ReadonlyMap<string, ReadonlySet<string>>): string {
  if (!path.toLowerCase().startsWith('/api/')) return ''
  // what the identity service has below `/oauth2` as well
  const segments = path.replace(/(?<=^\/api\/2\.0)\/oauth2(?=\/)/i, '').split('/')
  const all = [...routes].filter(([url]) => url.startsWith('/api/'))
  // who has the section right has hardly meant another
  const section = all.filter(([url]) => url.split('/')[SECTION] === segments[SECTION]?.toLowerCase())
  const operations = section.length > 0 ? section : all
  // a parameter is as near as can be to whatever stands in its place
  const filled = (url: string) => url.split('/').map((name, i) => (name.startsWith(':') ? (segments[i] ?? name) : name))
  const nearest = nearestTo(segments.join('/'), operations, ([url]) => filled(url).join('/'))
  if (nearest === undefined) return '; it may be one of DocSpace, but not of this mock'
  const [url, methods] = nearest
  return `; did you mean ${[...methods].join(' or ')} ${url}?`
}
