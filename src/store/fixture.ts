import { readFileSync } from 'node:fs'
import type { FromSchema } from 'json-schema-to-ts'
import { jsonMistake } from '../domain/json-mistake.ts'
import type { fixtureSchema } from './fixture-schema.ts'
import { schemaCheck } from './schema-check.ts'

/** A portal as data. */
export type Fixture = FromSchema<typeof fixtureSchema>

/** Somebody of a fixture. */
export type FixtureUser = Fixture['users'][number]

/** What a fixture says of somebody, credentials and invitations aside. */
export type FixturePerson = Omit<FixtureUser, 'password' | 'apiKeys' | 'invitedBy' | 'tfa'>

/** An OAuth2 client of a fixture. */
export type FixtureOAuth2Client = NonNullable<Fixture['oauth2Clients']>[number]

/** A fixture that can't be used. The message names the file and the place in it. */
export class FixtureError extends Error {
  override readonly name = 'FixtureError'
}

/**
 * Reads a fixture from a file and holds it against its schema.
 *
 * @throws FixtureError where the file is missing, no JSON, or doesn't fit
 */
export async function readFixture(file: string): Promise<Fixture> {
  return checkFixture(parse(read(file), file), file)
}

/**
 * Holds a value against the schema of fixtures, and checks what a schema can't say: that the owner is among the users,
 * that no id, e-mail, key or
 * client id stands there twice, and that everybody who is named exists.
 *
 * @param source what messages call it: a file's path, say
 * @throws FixtureError
 */
export async function checkFixture(value: unknown, source: string): Promise<Fixture> {
  const mismatch = await mismatchOf(value)
  if (mismatch !== null) throw new FixtureError(`${source}: ${mismatch}`)
  const fixture = value as Fixture
  checkReferences(fixture, source)
  return fixture
}

// the shipped fixture needs no check, and most runs use no other
const mismatchOf = schemaCheck(async () => (await import('./fixture-schema.ts')).fixtureSchema)

function checkReferences({ owner, users, oauth2Clients = [] }: Fixture, source: string): void {
  const ids = new Set(users.map((user) => user.id.toLowerCase()))
  if (!ids.has(owner.toLowerCase())) throw new FixtureError(`${source}: /owner names nobody in /users`)
  refuseTwice(
    source,
    'id',
    users.map((user, i) => [user.id, `/users/${i}/id`]),
  )
  refuseTwice(
    source,
    'email',
    users.map((user, i) => [user.email, `/users/${i}/email`]),
  )
  refuseTwice(
    source,
    'key',
    users.flatMap((user, i) =>
      (user.apiKeys ?? []).map(({ key }, k) => [key, `/users/${i}/apiKeys/${k}/key`] as const),
    ),
  )
  refuseTwice(
    source,
    'clientId',
    oauth2Clients.map(({ clientId }, i) => [clientId, `/oauth2Clients/${i}/clientId`]),
  )
  for (const [i, { createdBy }] of oauth2Clients.entries()) {
    if (createdBy !== undefined && !ids.has(createdBy.toLowerCase())) {
      throw new FixtureError(`${source}: /oauth2Clients/${i}/createdBy names nobody in /users`)
    }
  }
  for (const [i, { invitedBy }] of users.entries()) {
    if (invitedBy !== undefined && !ids.has(invitedBy.toLowerCase())) {
      throw new FixtureError(`${source}: /users/${i}/invitedBy names nobody in /users`)
    }
  }
}

function refuseTwice(source: string, member: string, places: (readonly [value: string, pointer: string])[]): void {
  const seen = new Set<string>()
  for (const [value, pointer] of places) {
    if (seen.has(value.toLowerCase())) throw new FixtureError(`${source}: ${pointer} repeats the ${member} of another`)
    seen.add(value.toLowerCase())
  }
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw new FixtureError(`${file}: can't be read (${(error as NodeJS.ErrnoException).code}). Check --fixture.`)
  }
}

function parse(text: string, file: string): unknown {
  try {
    // some editors put a byte order mark in front
    return JSON.parse(text.replace(/^\ufeff/, ''))
  } catch (error) {
    throw new FixtureError(`${file}: not JSON: ${jsonMistake(error as Error, text)}`)
  }
}
