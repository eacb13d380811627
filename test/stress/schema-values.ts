import fc from 'fast-check'
import type { OpenAPIV3 } from 'openapi-types'

type Schema = OpenAPIV3.SchemaObject | OpenAPIV3.ReferenceObject

/** Texts with a meaning for some operation, and texts that confuse parsers. */
const words = fc.constantFrom(
  ...['owner', 'guest', 'User', 'Guest', 'RoomAdmin', 'anonymous', 'before', 'getPortalUsersCount', 'flaky-10-percent'],
  ...['66faa6e4-f133-11ea-b126-00ffeec8b4ef', 'aae1e103-bca5-9fa1-ba8c-42058b4abf28', 'owner@example.com', '*:read'],
  ...['2026-06-30T10:00:00Z', 'https://example.com/a', '1c9c5b1e-7f0a-4a3d-9b52-6d1f0e8a2c31', '1', '0', 'a'],
)

/** Valid values by the schema of an operation. */
export function valuesOf(schema: Schema, document: OpenAPIV3.Document): fc.Arbitrary<unknown> {
  if ('$ref' in schema) return valuesOf(resolve(schema.$ref, document), document)
  const values = plainValuesOf(schema, document)
  return schema.nullable ? fc.oneof({ weight: 5, arbitrary: values }, fc.constant(null)) : values
}

function plainValuesOf(schema: OpenAPIV3.SchemaObject, document: OpenAPIV3.Document): fc.Arbitrary<unknown> {
  const { enum: choices, oneOf, anyOf, example } = schema
  const ways = oneOf ?? anyOf
  if (choices !== undefined) return fc.constantFrom(...choices)
  if (ways !== undefined) return fc.oneof(...ways.map((way) => valuesOf(way, document)))
  if (example !== undefined) return fc.oneof(fc.constant(example), typedValuesOf(schema, document))
  return typedValuesOf(schema, document)
}

function typedValuesOf(schema: OpenAPIV3.SchemaObject, document: OpenAPIV3.Document): fc.Arbitrary<unknown> {
  switch (schema.type) {
    case 'boolean':
      return fc.boolean()
    case 'integer':
      return numbers(schema).map(Math.round)
    case 'number':
      return numbers(schema)
    case 'array':
      return fc.array(valuesOf(schema.items, document), { minLength: schema.minItems ?? 0, maxLength: 3 })
    case 'object':
      return objects(schema, document)
    default:
      return schema.pattern === undefined ? words : fc.oneof(words, matching(schema.pattern))
  }
}

/** The bounds of the range, of which the upper one is expensive, and values near the lower one. */
function numbers({ minimum = 0, maximum = 1000 }: OpenAPIV3.SchemaObject): fc.Arbitrary<number> {
  const few = fc.integer({ min: 0, max: 20 }).map((more) => Math.min(minimum + more, maximum))
  return fc.oneof({ weight: 30, arbitrary: few }, { weight: 1, arbitrary: fc.constant(maximum) })
}

function objects(schema: OpenAPIV3.SchemaObject, document: OpenAPIV3.Document): fc.Arbitrary<object> {
  const { properties, required = [] } = schema
  if (properties === undefined) return fc.dictionary(words, fc.oneof(words, fc.boolean(), fc.integer()), { maxKeys: 3 })
  const members = Object.entries(properties).map(([name, member]) => [name, valuesOf(member, document)])
  return fc.record<Record<string, unknown>>(Object.fromEntries(members), { requiredKeys: required })
}

function matching(pattern: string): fc.Arbitrary<string> {
  return fc.stringMatching(new RegExp(pattern), { maxLength: 100 })
}

function resolve(reference: string, document: OpenAPIV3.Document): OpenAPIV3.SchemaObject {
  const name = reference.slice('#/components/schemas/'.length)
  const schema = document.components?.schemas?.[name]
  if (schema === undefined || '$ref' in schema) throw new Error(`the document lacks ${reference}`)
  return schema
}
