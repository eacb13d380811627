import t from 'tap'
import { EMPTY_GUID, parseGuid, undashed } from '../../src/domain/guid.ts'

const GUID = '66faa6e4-f133-11ea-b126-00ffeec8b4ef'

t.test('reads every form of .NET, and gives the lower-case dashed one (facts §5.3)', async (t) => {
  const cases: Record<string, string> = {
    D: GUID,
    'D in upper case': GUID.toUpperCase(),
    N: '66faa6e4f13311eab12600ffeec8b4ef',
    'N in mixed case': '66FAA6E4F13311eab12600ffeec8b4ef',
    B: `{${GUID}}`,
    P: `(${GUID})`,
    'B in upper case': `{${GUID.toUpperCase()}}`,
    X: '{0x66faa6e4,0xf133,0x11ea,{0xb1,0x26,0x00,0xff,0xee,0xc8,0xb4,0xef}}',
    'X with blanks and short groups': ' { 0X66FAA6E4, 0xf133,0x11ea, {0xb1,0x26,0x0,0xff,0xee,0xc8,0xb4,0xef} } ',
    'blanks around D': `  ${GUID}\t`,
    'blanks around N': ' 66faa6e4f13311eab12600ffeec8b4ef\n',
    'blanks around B': ` {${GUID}} `,
  }
  for (const [form, text] of Object.entries(cases)) t.equal(parseGuid(text), GUID, form)
  t.equal(parseGuid('{0x1,0x2,0x3,{0x4,0x5,0x6,0x7,0x8,0x9,0xa,0xb}}'), '00000001-0002-0003-0405-060708090a0b')
  t.equal(
    parseGuid('{0x00000001,0x0002,0x0003,{0x04,0x05,0x06,0x07,0x08,0x09,0x0a,0x0b}}'),
    '00000001-0002-0003-0405-060708090a0b',
  )
  t.equal(parseGuid('{0x0,0x0,0x0,{0x0,0x0,0x0,0x0,0x0,0x0,0x0,0x0}}'), EMPTY_GUID)
  t.equal(parseGuid(EMPTY_GUID), '00000000-0000-0000-0000-000000000000')
})

t.test('refuses everything else', async (t) => {
  const cases: Record<string, string> = {
    nothing: '',
    blanks: '   ',
    'a word': 'abc',
    'a number': '123',
    '@self': '@self',
    'a digit too few': GUID.slice(1),
    'a digit too many': `${GUID}0`,
    'a letter that is no digit': GUID.replace('6', 'g'),
    'a dash elsewhere': '66faa6e4f-133-11ea-b126-00ffeec8b4ef',
    'some dashes': '66faa6e4-f13311eab126-00ffeec8b4ef',
    'N in braces': '{66faa6e4f13311eab12600ffeec8b4ef}',
    'an open brace': `{${GUID}`,
    'brace and parenthesis': `{${GUID})`,
    'two braces': `{{${GUID}}}`,
    'square brackets': `[${GUID}]`,
    'a blank inside braces': `{ ${GUID} }`,
    'X without its inner braces': '{0x66faa6e4,0xf133,0x11ea,0xb1,0x26,0x00,0xff,0xee,0xc8,0xb4,0xef}',
    'X with a group too few': '{0x66faa6e4,0xf133,0x11ea,{0xb1,0x26,0x00,0xff,0xee,0xc8,0xb4}}',
    'X with a first group too long': '{0x166faa6e4,0xf133,0x11ea,{0xb1,0x26,0x00,0xff,0xee,0xc8,0xb4,0xef}}',
    'X with a second group too long': '{0x66faa6e4,0x1f133,0x11ea,{0xb1,0x26,0x00,0xff,0xee,0xc8,0xb4,0xef}}',
    'X with a third group too long': '{0x66faa6e4,0xf133,0x111ea,{0xb1,0x26,0x00,0xff,0xee,0xc8,0xb4,0xef}}',
    'X with its last byte too great': '{0x66faa6e4,0xf133,0x11ea,{0xb1,0x26,0x00,0xff,0xee,0xc8,0xb4,0x1ef}}',
    'X with a byte too great': '{0x66faa6e4,0xf133,0x11ea,{0x1b1,0x26,0x00,0xff,0xee,0xc8,0xb4,0xef}}',
    'X without 0x': '{66faa6e4,f133,11ea,{b1,26,00,ff,ee,c8,b4,ef}}',
    'a line behind': `${GUID}\nx`,
  }
  for (const [name, text] of Object.entries(cases)) t.equal(parseGuid(text), null, name)
})

t.test('writes the form N', async (t) => {
  t.equal(undashed(GUID), '66faa6e4f13311eab12600ffeec8b4ef')
})
