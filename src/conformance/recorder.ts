import type { Exchange } from './har.ts'
import type { Answer, Request, Send } from './http.ts'

/** Keeps what was sent and received. */
export class Recorder {
  readonly exchanges: Exchange[] = []

  /** A way to the server whose exchanges are kept, and said to belong to a case. */
  recording(send: Send, comment: string): Send {
    return async (request: Request): Promise<Answer> => {
      const startedAt = Date.now()
      const start = performance.now()
      const answer = await send(request)
      this.exchanges.push({ comment, startedAt, time: Math.round(performance.now() - start), request, answer })
      return answer
    }
  }
}
