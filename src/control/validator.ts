import { Ajv, type ValidateFunction } from 'ajv'
import type { FastifySchemaCompiler } from 'fastify'
import { formats } from '../store/schema-check.ts'
import { MockRefusal } from '../wire/refusals.ts'

const options = { allowUnionTypes: true, useDefaults: true, formats, strict: false, verbose: true } as const

/** A body has to be of the types that it is said to be; what stands in a URL is text, and is read as what it has to be. */
const ofBodies = new Ajv(options)
const ofUrls = new Ajv({ ...options, coerceTypes: 'array' })

/** Compiles the schemas of the control API's operations. */
export const validatorCompiler: FastifySchemaCompiler<object> = ({ schema, httpPart }) =>
  httpPart === 'body' ? bodyCheck(ofBodies.compile(schema)) : ofUrls.compile(schema)

/** A schema would say of a body that is missing that it is of another type. */
function bodyCheck(validate: ValidateFunction) {
  return (body: unknown) => {
    if (validate(body)) return true
    return { error: body == null ? new MockRefusal(400, 'the body is missing: send JSON') : (validate.errors ?? []) }
  }
}
