import t from 'tap'
import { Marks } from '../../../src/control/effects/marks.ts'

const moment = (bytes: number) => ({ name: null, at: 0, image: Buffer.alloc(bytes) })

t.test('the earliest marks make room, for their number and for their size', async (t) => {
  const marks = new Marks({ marks: 3, bytes: 100 })
  const ids = () => marks.list().map(({ id }) => id)
  for (let n = 1; n <= 4; n++) marks.add(moment(10))
  t.strictSame(ids(), ['2', '3', '4'])
  marks.add(moment(85))
  t.strictSame(ids(), ['4', '5'])
  t.throws(() => marks.get('1'), { status: 404, message: /there is no mark 1; there is 4, 5: / })
})

t.test('what is larger than all may be is refused, and makes no room', async (t) => {
  const marks = new Marks({ marks: 3, bytes: 100 })
  marks.add(moment(100))
  t.throws(() => marks.add(moment(101)), {
    status: 507,
    message: /the portal takes 1 MiB, and its marks may take 1 together/,
  })
  t.equal(marks.list().length, 1)
})

t.test('an id is never given again', async (t) => {
  const marks = new Marks()
  const first = marks.add(moment(1))
  marks.remove(first.id)
  const second = marks.add(moment(1))
  marks.clear()
  t.strictSame([first.id, second.id, marks.add(moment(1)).id], ['1', '2', '3'])
  t.throws(() => marks.remove('2'), { message: /there is no mark 2/ })
})
