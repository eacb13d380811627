import t from 'tap'
import type { Mail } from '../../src/store/outbox.ts'
import { NOW, people, testPortal } from '../helper.ts'

t.test('keeps e-mails in the order in which they came', async (t) => {
  const { outbox } = testPortal(t).store
  const mail = (n: number): Mail => ({
    at: NOW - n,
    action: 'opensource_admin_activation_v1',
    userId: people.owner,
    email: `${n}@example.com`,
    subject: 'Welcome ☺',
  })
  t.strictSame(outbox.list(), [])
  for (const n of [1, 2, 3]) outbox.add(mail(n))

  t.strictSame(outbox.list(), [mail(1), mail(2), mail(3)])
})

t.test('the same e-mail may go out twice, and to somebody who isn’t there', async (t) => {
  const { outbox } = testPortal(t).store
  const mail: Mail = { at: NOW, action: 'a', userId: 'nobody', email: 'a@example.com', subject: '' }
  outbox.add(mail)
  outbox.add(mail)

  t.strictSame(outbox.list(), [mail, mail])
})
