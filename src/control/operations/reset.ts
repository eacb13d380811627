import type { FastifyPluginAsync } from 'fastify'
import { marksOf } from '../effects/marks.ts'
import { knownFaults } from '../faults/registry.ts'
import { done, failed } from '../schemas.ts'

const schema = {
  operationId: 'reset',
  summary: 'Reset a portal',
  description:
    'Makes everything of the portal as it was when it was new: people, credentials, settings, links, mails, its time, faults and plans, its journal and what was found. Requests that are being answered meanwhile see it as it was before. Its keys stay, its marks are forgotten.',
  tags: ['State'],
  response: { 204: done, 500: failed },
} as const

/** `POST reset`. */
export const reset: FastifyPluginAsync = async (app) => {
  app.post('/reset', { schema }, async ({ slot }, reply) => {
    await slot.template.prepare()
    slot.reset()
    marksOf(slot).clear()
    knownFaults(slot)?.reset()
    app.journalOf(slot).clear()
    app.journalOf(slot).findings.clear()
    return reply.code(204).send()
  })
}
