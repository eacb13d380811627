import { fixtureSchema } from '../store/fixture-schema.ts'

const { settings, users } = fixtureSchema.properties
const { id, ...others } = forOpenApi(users.items.properties)

/** Members of somebody, as a fixture has them. */
export const userMembers = { id, ...others } as const

/** What nobody is without. */
const needed = [
  'email',
  'type',
  'status',
  'activationStatus',
  'userName',
  'firstName',
  'lastName',
  'lastModified',
  'createDate',
]

/** The same as they can be changed: `null` takes away what somebody can be without. */
export const changeableMembers = Object.fromEntries(
  Object.entries(others).map(([name, schema]) => [
    name,
    needed.includes(name) ? schema : { ...schema, nullable: true },
  ]),
) as unknown as typeof others

/** A portal's settings, as a fixture has them. */
export const settingsSchema = forOpenApi(settings)

/** OpenAPI 3.0 has no list of types: what may also be `null` is `nullable`. */
function forOpenApi<Schema>(schema: Schema): Schema {
  if (Array.isArray(schema)) return schema.map(forOpenApi) as Schema
  if (typeof schema !== 'object' || schema === null) return schema
  const converted = Object.fromEntries(Object.entries(schema).map(([name, value]) => [name, forOpenApi(value)]))
  const { type } = schema as { type?: unknown }
  if (!Array.isArray(type)) return converted as Schema
  return { ...converted, type: type.find((name) => name !== 'null'), nullable: type.includes('null') } as Schema
}
