import type { FastifyReply, FastifyRequest } from 'fastify'
import { sample } from '../../domain/distribution.ts'
import { fillIn } from './answer.ts'
import { alterBody } from './body.ts'
import { hangUp, piecewise } from './connection.ts'
import { MAX_DELAY } from './definition.ts'
import type { Hit } from './fault.ts'
import { FAULT_HEADER } from './hook.ts'
import { pause } from './pause.ts'

/** A fault on its way through a request. */
export class Infliction {
  readonly #hit: Hit
  readonly #request: FastifyRequest
  readonly #reply: FastifyReply

  constructor(hit: Hit, request: FastifyRequest, reply: FastifyReply) {
    this.#hit = hit
    this.#request = request
    this.#reply = reply
    this.#note([])
  }

  /**
   * Does what comes before the operation.
   *
   * @returns whether the operation is to happen: else there is an answer, or the connection is gone
   */
  async begin(): Promise<boolean> {
    const { when, effect } = this.#hit
    if (when === 'after') return true
    await this.#delay()
    // who has left asks for nothing any more
    if (this.#reply.raw.closed || effect.drop === 'unanswered') return this.#end()
    if (effect.answer === undefined) return true
    this.#request.refusal = `the fault ${this.#hit.name}`
    // what it looks like is decided on its way out, as for an answer that is lost
    this.#reply.send()
    return false
  }

  /**
   * Does what becomes of the answer.
   *
   * @param payload what was to be sent
   * @returns what is sent; `null`: nothing, and the connection is gone
   */
  async finish(payload: unknown): Promise<{ payload: unknown } | null> {
    const { when, effect } = this.#hit
    if (when === 'after') {
      await this.#delay()
      if (effect.drop === 'unanswered') {
        this.#end()
        return null
      }
    }
    const answer = effect.answer === undefined ? payload : fillIn(effect.answer, this.#request, this.#reply)
    if (typeof answer === 'string' || Buffer.isBuffer(answer)) return this.#send(answer)
    if (effect.drop === 'halfway' && answer == null) {
      // an empty body has no middle
      this.#end()
      return null
    }
    return this.#pass(answer, [])
  }

  #send(answer: string | Buffer): { payload: unknown } {
    const { effect, draw } = this.#hit
    const reply = this.#reply
    const isJson = /json/.test(String(reply.getHeader('content-type')))
    const isSuccess = reply.statusCode >= 200 && reply.statusCode < 300
    const { content, changes } = alterBody({ content: answer, isJson, isSuccess }, effect, draw)
    const { slow, drop } = effect
    if (slow === undefined && drop !== 'halfway') return this.#pass(content, changes)
    const bytes = Buffer.from(content as string)
    reply.header('content-length', bytes.length)
    return this.#pass(
      piecewise(bytes, {
        until: drop === 'halfway' ? Math.floor(bytes.length / 2) : bytes.length,
        size: slow?.bytes ?? bytes.length,
        pause: () => this.#pause(slow?.interval ?? 0),
        answer: reply.raw,
      }),
      changes,
    )
  }

  /** Says in the answer which fault it has had, unless there was nothing in it to change. */
  #pass(payload: unknown, changes: string[]): { payload: unknown } {
    const { name, effect } = this.#hit
    const { delay, answer, slow, drop } = effect
    const hasHappened = changes.length > 0 || [delay, answer, slow, drop].some((other) => other !== undefined)
    this.#note(hasHappened ? changes : ['nothing to change'])
    if (hasHappened) this.#reply.header(FAULT_HEADER, name)
    return { payload }
  }

  #note(details: string[]): void {
    const { name, call } = this.#hit
    const number = call === null ? '' : ` #${call}`
    this.#request.fault = name + number + (details.length === 0 ? '' : ` (${details.join(', ')})`)
  }

  #delay(): Promise<void> {
    const { effect, draw } = this.#hit
    const { delay = 0 } = effect
    const drawn = typeof delay === 'number' ? delay : sample(delay, draw)
    return this.#pause(Math.min(Math.round(drawn), MAX_DELAY))
  }

  #pause(duration: number): Promise<void> {
    return pause(duration, this.#reply.raw, this.#request.server.closing)
  }

  /** Ends the request without an answer. */
  #end(): false {
    this.#reply.hijack()
    hangUp(this.#reply.raw, this.#request.socket)
    return false
  }
}
