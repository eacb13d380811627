import fc from 'fast-check'
import t from 'tap'
import { JsonTextError } from '../../src/wire/json-checker.ts'
import { readJsonText } from '../../src/wire/json-text.ts'
import { anyText, holds, mutated } from '../properties.ts'

const json = fc.json()
const nearlyJson = fc
  .tuple(json, fc.nat(), fc.constantFrom(...'{}[]",:\\/0e.-+tn \n\u00e9'))
  .map(([text, at, character]) => mutated(text, at, character) ?? text)

t.test(
  'whatever JSON.parse takes is taken, and nothing else',
  holds(
    fc.property(fc.oneof(anyText, json, nearlyJson), (text) => isRead(text) === isParsed(text)),
    2000,
  ),
)

function isRead(text: string): boolean {
  try {
    readJsonText(Buffer.from(text))
    return true
  } catch (error) {
    // anything else is no refusal, but a mistake
    if (error instanceof JsonTextError) return false
    throw error
  }
}

function isParsed(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
