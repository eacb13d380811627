import t from 'tap'
import { perPortal } from '../../src/store/per-portal.ts'
import type { Portal } from '../../src/store/portal.ts'
import { testPortal } from '../helper.ts'

t.test('each portal has a thing of its own, made when it is first asked for', async (t) => {
  const [first, second] = [testPortal(t), testPortal(t)]
  const made: Portal[] = []
  const thingOf = perPortal((portal) => {
    made.push(portal)
    return { portal }
  })
  t.strictSame(made, [])

  const thing = thingOf(first)
  t.equal(thing.portal, first)
  t.equal(thingOf(first), thing, 'the same again')
  t.equal(thingOf(second).portal, second)
  t.equal(made.length, 2)
  t.not(perPortal((portal) => ({ portal }))(first), thing, 'another kind of thing is another thing')
})
