import type { FastifyPluginAsyncJsonSchemaToTs } from '@fastify/type-provider-json-schema-to-ts'
import { EARLIEST, LATEST, type PortalClock } from '../../domain/clock.ts'
import { MockRefusal } from '../../wire/refusals.ts'
import { badRequest, moment } from '../schemas.ts'

const clockState = {
  description: 'What the clock shows',
  type: 'object',
  required: ['now', 'rate', 'isChanged'],
  properties: {
    now: moment,
    rate: { type: 'number', description: 'Seconds that pass in a second: 1, or 0 while it is stopped.' },
    isChanged: { type: 'boolean', description: 'Whether it shows another time than the machine, or will.' },
  },
} as const

const response = { 200: clockState, 400: badRequest } as const

/** A thousand years, in seconds. */
const FARTHEST = 31_536_000_000

const body = {
  type: 'object',
  additionalProperties: false,
  minProperties: 1,
  properties: {
    now: { ...moment, pattern: '(Z|[+-]\\d\\d:\\d\\d)$', description: 'The time to show, with its offset from UTC.' },
    move: {
      type: 'number',
      minimum: -FARTHEST,
      maximum: FARTHEST,
      description: 'Seconds to go on, or back where negative.',
    },
    rate: {
      type: 'number',
      minimum: 0,
      maximum: 1_000_000,
      description: 'Seconds to let pass in a second: 0 stops the clock, 1 lets it run.',
    },
  },
} as const

/** `GET`, `PATCH` and `DELETE clock`: the time of a portal, on which everything rests that expires. */
export const clock: FastifyPluginAsyncJsonSchemaToTs = async (app) => {
  const read = { operationId: 'getClock', summary: 'Tell the time', tags: ['Clock'], response: { 200: clockState } }
  app.get('/clock', { schema: read }, async ({ slot }) => describe(slot.clock))

  const change = {
    operationId: 'changeClock',
    summary: 'Set, move, stop or speed up the time',
    description:
      "Sets the time first, then moves it, then changes how fast it goes. All that expires follows: keys, tokens, links, codes, limits of requests and sign-ins, cookies, and the header Date of the portal's answers.",
    tags: ['Clock'],
    body,
    response,
  } as const
  app.patch('/clock', { schema: change }, async ({ slot, body: { now, move, rate } }) => {
    const time = (now === undefined ? slot.clock.now() : Date.parse(now)) + (move ?? 0) * 1000
    if (time < EARLIEST || time > LATEST) {
      const range = [EARLIEST, LATEST].map((moment) => new Date(moment).toISOString())
      throw new MockRefusal(
        400,
        `/${move === undefined ? 'now' : 'move'} leads out of what can be shown: ${range.join(' to ')}`,
      )
    }
    if (now !== undefined || move !== undefined) slot.clock.set(time)
    if (rate !== undefined) slot.clock.run(rate)
    return describe(slot.clock)
  })

  const restore = { operationId: 'resetClock', summary: "Show the machine's time again", tags: ['Clock'], response }
  app.delete('/clock', { schema: restore }, async ({ slot }) => {
    slot.clock.reset()
    return describe(slot.clock)
  })
}

function describe(clock: PortalClock) {
  return { now: new Date(clock.now()).toISOString(), rate: clock.rate, isChanged: clock.isChanged }
}
