import { Ajv } from 'ajv'
import type { FastifySchemaCompiler } from 'fastify'
import { formats } from '../store/schema-check.ts'

const options = { allowUnionTypes: true, useDefaults: true, formats, strict: false } as const

/** A body has to be of the types that it is said to be; what stands in a URL is text, and is read as what it has to be. */
const ofBodies = new Ajv(options)
const ofUrls = new Ajv({ ...options, coerceTypes: 'array' })

/** Compiles the schemas of the control API's operations. */
export const validatorCompiler: FastifySchemaCompiler<object> = ({ schema, httpPart }) =>
  (httpPart === 'body' ? ofBodies : ofUrls).compile(schema)
