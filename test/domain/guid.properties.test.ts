import fc from 'fast-check'
import t from 'tap'
import { parseGuid, undashed } from '../../src/domain/guid.ts'
import { anyText, blanks, holds, mutated } from '../properties.ts'

const plainForms = [
  (guid: string) => guid,
  (guid: string) => guid.replaceAll('-', ''),
  (guid: string) => `{${guid}}`,
  (guid: string) => `(${guid})`,
]

/** The form X, with as few digits as can be. */
function hexGroups(guid: string): string {
  const hex = (part: string) => `0x${Number.parseInt(part, 16).toString(16)}`
  const [a = '', b = '', c = '', d = '', e = ''] = guid.split('-')
  const bytes = Buffer.from(d + e, 'hex')
  return `{${hex(a)},${hex(b)},${hex(c)},{${[...bytes].map((byte) => `0x${byte.toString(16)}`).join(',')}}}`
}

t.test(
  'every form is read, in any letter case, with blanks around it',
  holds(
    fc.property(
      fc.uuid(),
      fc.constantFrom(...plainForms, hexGroups),
      fc.boolean(),
      blanks,
      blanks,
      (guid, write, upper, before, after) => {
        const text = upper ? write(guid).toUpperCase() : write(guid)
        return parseGuid(before + text + after) === guid
      },
    ),
  ),
)

t.test(
  'a character that doesn’t belong there makes it none',
  holds(
    fc.property(
      fc.uuid(),
      fc.constantFrom(...plainForms),
      fc.nat(),
      fc.constantFrom(...'gG-{}() .x\u0661'),
      (guid, write, at, character) => {
        const text = mutated(write(guid), at, character)
        return text === null || parseGuid(text) === null
      },
    ),
  ),
)

t.test(
  'whatever is read reads the same again',
  holds(
    fc.property(fc.oneof(anyText, fc.stringMatching(/^[{(]?[0-9a-fA-F-]{32,36}[)}]?$/)), (text) => {
      const guid = parseGuid(text)
      return guid === null || (parseGuid(guid) === guid && /^[0-9a-f-]{36}$/.test(guid))
    }),
  ),
)

t.test(
  'the form N loses nothing',
  holds(fc.property(fc.uuid(), (guid) => parseGuid(undashed(guid)) === guid && /^[0-9a-f]{32}$/.test(undashed(guid)))),
)
