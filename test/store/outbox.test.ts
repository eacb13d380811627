import t from 'tap'
import type { Mail, NewMail } from '../../src/store/outbox.ts'
import { NOW, people, testPortal } from '../helper.ts'

const message = {
  subject: 'Welcome ☺',
  paragraphs: ['Hello <Winfield>,'],
  button: { label: 'Confirm', url: 'http://localhost/s/a' },
  portalUrl: 'http://localhost',
}

const mail: NewMail = {
  at: NOW,
  action: 'opensource_admin_activation_v1',
  userId: people.owner,
  from: 'DocSpace <noreply@example.com>',
  email: 'owner@example.com',
  message,
}

t.test('keeps e-mails in the order in which they came', async (t) => {
  const { outbox } = testPortal(t).store
  t.strictSame(outbox.list(), [])
  const ids = [3, 2, 1].map((n) => outbox.add({ ...mail, at: NOW - n, email: `${n}@example.com` }))

  t.same(
    outbox.list().map(({ id, email }) => [id, email]),
    ids.map((id, i) => [id, `${3 - i}@example.com`]),
  )
})

t.test('what is kept is shown rendered', async (t) => {
  const { outbox } = testPortal(t).store
  const id = outbox.add(mail)
  const { text, html, ...rest } = outbox.find(id) as Mail

  const { message: _, ...kept } = mail
  t.strictSame(rest, {
    id,
    ...kept,
    subject: 'Welcome ☺',
    links: ['http://localhost/s/a', 'http://localhost'],
    delivery: { state: 'none' },
  })
  t.match(text, 'Hello <Winfield>,\n\nConfirm: http://localhost/s/a\n')
  t.match(html, '<title>Welcome ☺</title>')
  t.match(html, '<p>Hello &lt;Winfield&gt;,</p>')
  t.strictSame(outbox.list(), [outbox.find(id)])
  t.equal(outbox.find(id + 1), undefined)
})

t.test('how far a delivery has come is its own', async (t) => {
  const { outbox } = testPortal(t).store
  const [first, second] = [outbox.add(mail), outbox.add(mail)]
  for (const delivery of [
    { state: 'pending' },
    { state: 'failed', error: 'no such mailbox' },
    { state: 'delivered' },
  ] as const) {
    outbox.setDelivery(first, delivery)
    t.strictSame(outbox.find(first)?.delivery, delivery)
    t.strictSame(outbox.find(second)?.delivery, { state: 'none' })
  }
})

t.test('the same e-mail may go out twice, and to somebody who isn’t there', async (t) => {
  const { outbox } = testPortal(t).store
  outbox.add({ ...mail, userId: 'nobody' })
  outbox.add({ ...mail, userId: 'nobody' })

  const [first, second] = outbox.list()
  t.strictSame(second, { ...first, id: second?.id })
  t.not(first?.id, second?.id)
})
