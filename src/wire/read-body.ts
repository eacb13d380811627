import type { FastifyRequest } from 'fastify'
import { GrowingBuffer } from './growing-buffer.ts'
import { EmptyRefusal } from './refusals.ts'

type Done = (error: Error | null, body?: Buffer) => void

/**
 * Creates a content type parser that returns the bytes of a body.
 *
 * @param limit the maximum size of a body, in bytes
 */
export function readBytes(limit: number) {
  return ({ headers }: FastifyRequest, payload: NodeJS.ReadableStream, done: Done): void => {
    const body = new GrowingBuffer()
    const end = (error: Error | null) => {
      payload.off('data', collect).off('end', succeed).off('error', fail)
      if (error === null) done(null, body.content)
      else done(error)
    }
    const fail = (error: Error) => end(Object.assign(error, { statusCode: 400 }))
    const succeed = () => end(null)
    const refuse = () => {
      end(new EmptyRefusal(413, `the body is larger than ${limit} bytes`))
      // many clients read the response only after sending the whole body
      payload.resume()
    }
    const collect = (chunk: Buffer) => {
      if (body.size + chunk.length > limit) refuse()
      else body.append(chunk)
    }
    if (Number(headers['content-length']) > limit) refuse()
    else payload.on('data', collect).on('end', succeed).on('error', fail)
  }
}
