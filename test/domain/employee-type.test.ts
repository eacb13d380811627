import t from 'tap'
import { EmployeeType, type EmployeeTypeReading, parseEmployeeType } from '../../src/domain/employee-type.ts'

t.test('roles have DocSpace’s numbers (facts §5.0)', async (t) => {
  t.strictSame(EmployeeType, { All: 0, RoomAdmin: 1, Guest: 2, DocSpaceAdmin: 3, User: 4 })
})

const outOfRange: EmployeeTypeReading = { refused: 'outOfRange' }
const unknown: EmployeeTypeReading = { refused: 'unknown' }

t.test('reads a role as the table says (facts §5.1)', async (t) => {
  const cases: [text: string, expected: EmployeeTypeReading][] = [
    ['0', { value: 0 }],
    ['1', { value: 1 }],
    ['2', { value: 2 }],
    ['3', { value: 3 }],
    ['4', { value: 4 }],
    ['All', { value: 0 }],
    ['RoomAdmin', { value: 1 }],
    ['Guest', { value: 2 }],
    ['DocSpaceAdmin', { value: 3 }],
    ['User', { value: 4 }],
    ['docspaceadmin', { value: 3 }],
    ['ROOMADMIN', { value: 1 }],
    [' User ', { value: 4 }],
    [' 4 ', { value: 4 }],
    ['+1', { value: 1 }],
    ['01', { value: 1 }],
    ['-0', { value: 0 }],
    ['1,2', { value: 3 }],
    ['RoomAdmin,Guest', { value: 3 }],
    ['RoomAdmin, guest', { value: 3 }],
    ['user , 1', { value: 5 }],
    ['4,4', { value: 4 }],
    ['5', { value: 5 }],
    ['6', { value: 6 }],
    ['7', { value: 7 }],
    ['8', outOfRange],
    ['99', outOfRange],
    ['-1', outOfRange],
    ['1,8', outOfRange],
    ['-1,1', outOfRange],
    ['2147483647', outOfRange],
    ['-2147483648', outOfRange],
    ['', outOfRange],
    ['  ', outOfRange],
    ['2147483648', unknown],
    ['-2147483649', unknown],
    ['99999999999999999999', unknown],
    ['abc', unknown],
    ['Owner', unknown],
    ['1.0', unknown],
    ['0x1', unknown],
    ['1e0', unknown],
    ['RoomAdmin|Guest', unknown],
    ['RoomAdmin Guest', unknown],
    ['1;2', unknown],
    ['1,', unknown],
    [',', unknown],
    ['1,abc', unknown],
    ['abc,8', unknown],
    ['constructor', unknown],
    ['٣', unknown],
    ['\u00a03', { value: 3 }],
    ['3\u00a0', unknown],
  ]
  for (const [text, expected] of cases) t.strictSame(parseEmployeeType(text), expected, JSON.stringify(text))
})
