import type { FastifyPluginAsync } from 'fastify'
import { bodies } from '../body.ts'
import { addMember } from './add-member.ts'
import { getSelfProfile } from './get-self-profile.ts'

/** What is under `/api/2.0/people`. */
export const people: FastifyPluginAsync = async (app) => {
  await app.register(getSelfProfile)
  await app.register(async (app) => {
    await app.register(bodies)
    await app.register(addMember)
  })
}
