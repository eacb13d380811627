import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'

const PREFIX = '/prefix'

/** A proxy on loopback that takes `/prefix` off the path and knows nothing else. */
export async function strippingProxy(target: string): Promise<{ url: string; close: () => Promise<void> }> {
  const server = createServer((incoming, outgoing) => {
    const { method, headers, url = '' } = incoming
    if (!url.startsWith(`${PREFIX}/`)) return outgoing.writeHead(404).end('not behind the proxy')
    const passedOn = request(target + url.slice(PREFIX.length), { method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(outgoing)
    })
    passedOn.on('error', () => outgoing.destroy())
    return incoming.pipe(passedOn)
  })
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve))
  const { port } = server.address() as AddressInfo
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
  return { url: `http://localhost:${port}${PREFIX}`, close }
}
