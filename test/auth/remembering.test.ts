import t from 'tap'
import { remembering } from '../../src/auth/remembering.ts'
import type { Portal } from '../../src/store/portal.ts'
import { people, testPortal } from '../helper.ts'

t.test('what was found is remembered until something is written', async (t) => {
  const portal = testPortal(t)
  const { find, asked } = counting()
  find('a', portal)
  find('a', portal)
  t.same(asked, ['a'])
  portal.store.webstudioSettings.markGiftMessageAsRead(people.owner)
  find('a', portal)
  t.same(asked, ['a', 'a'])
})

t.test('a transaction that was taken back leaves nothing of what was read in it', async (t) => {
  const portal = testPortal(t)
  const find = remembering((id, { store }) => store.users.find(id))
  t.throws(() =>
    portal.store.transaction(() => {
      portal.store.users.remove(people.guest)
      t.equal(find(people.guest, portal), undefined)
      throw new Error('taken back')
    }),
  )
  t.equal(find(people.guest, portal)?.id, people.guest)
})

t.test('each portal has its own', async (t) => {
  const { find, asked } = counting()
  find('a', testPortal(t))
  find('a', testPortal(t))
  t.same(asked, ['a', 'a'])
})

t.test('what nobody would have as a key is not kept', async (t) => {
  const portal = testPortal(t)
  const { find, asked } = counting()
  const long = 'x'.repeat(101)
  find(long, portal)
  find(long, portal)
  t.equal(asked.length, 2)
})

function counting() {
  const asked: string[] = []
  const find = remembering((key: string, _: Portal) => {
    asked.push(key)
    return { key }
  })
  return { find, asked }
}
