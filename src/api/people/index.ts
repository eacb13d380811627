import type { FastifyPluginAsyncJsonSchemaToTs } from '@fastify/type-provider-json-schema-to-ts'
import { bodies } from '../body.ts'
import { addMember } from './add-member.ts'
import { getSelfProfile } from './get-self-profile.ts'

/** What is under `/api/2.0/people`. */
export const people: FastifyPluginAsyncJsonSchemaToTs = async (app) => {
  getSelfProfile(app)
  await app.register(async (app) => {
    await app.register(bodies)
    addMember(app)
  })
}
