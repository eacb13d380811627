import t, { type Test } from 'tap'
import { mintConfirmationKey } from '../../src/auth/mint.ts'
import { NOW, people, testServer } from '../helper.ts'

async function withMails(t: Test) {
  const { app, portal } = await testServer(t)
  for (const id of [people.owner, people.guest]) {
    const query = new URLSearchParams({ Userid: id, Key: mintConfirmationKey(portal, id) })
    await app.inject({ method: 'POST', url: `/api/2.0/portal/sendcongratulations?${query}` })
  }
  return { app, portal }
}

t.test('lists the e-mails, as they would have been sent', async (t) => {
  const { app } = await withMails(t)
  const mails = (await app.inject('/__mock/outbox')).json()
  t.match(mails, [
    {
      id: 1,
      at: new Date(NOW).toISOString(),
      action: 'opensource_admin_activation_v1',
      userId: people.owner,
      to: 'owner@example.com',
      subject: 'Welcome to ONLYOFFICE DocSpace!',
      text: /\S/,
      html: /^<!doctype html>/i,
      links: Array,
      delivery: { state: 'none' },
    },
    { id: 2, to: 'guest@example.com' },
  ])
  t.same(mails, (await app.inject('/__mock/outbox?action=opensource_admin_activation_v1')).json())
  const toGuest = (await app.inject('/__mock/outbox?to=GUEST@example.com')).json()
  t.strictSame(
    toGuest.map(({ id }: { id: number }) => id),
    [2],
  )
  t.same((await app.inject('/__mock/outbox?to=nobody@example.com')).json(), [])
  t.same((await app.inject('/@w1/__mock/outbox')).json(), [], 'another portal has sent none')
})

t.test('is read page by page', async (t) => {
  const { app } = await withMails(t)
  const pages: [query: string, ids: number[], link: string | undefined][] = [
    ['limit=1', [1], '<?limit=1&after=1>; rel="next"'],
    ['limit=1&after=1', [2], undefined],
    ['to=guest@example.com&limit=1', [2], undefined],
    ['action=opensource_admin_activation_v1&limit=1', [1], '<?action=opensource_admin_activation_v1&limit=1&after=1>'],
    ['limit=2', [1, 2], undefined],
    ['after=2', [], undefined],
  ]
  for (const [query, ids, link] of pages) {
    const answer = await app.inject(`/__mock/outbox?${query}`)
    t.strictSame(
      answer.json().map(({ id }: { id: number }) => id),
      ids,
      query,
    )
    t.equal(answer.headers.link?.toString().startsWith(link ?? 'none'), link === undefined ? undefined : true, query)
  }
  for (const query of ['limit=0', 'limit=1001', 'after=-1', 'after=x']) {
    t.equal((await app.inject(`/__mock/outbox?${query}`)).statusCode, 400, query)
  }
})

t.test('gives one by its id, and shows it', async (t) => {
  const { app } = await withMails(t)
  const mail = (await app.inject('/__mock/outbox/2')).json()
  t.match(mail, { id: 2, to: 'guest@example.com' })
  const page = await app.inject('/__mock/outbox/2/html')
  t.equal(page.body, mail.html)
  t.match(page.headers, {
    'cache-control': 'no-store',
    'content-security-policy': /^default-src 'none'; .*frame-ancestors 'none'/,
    'content-type': 'text/html; charset=utf-8',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
  })
})

t.test('is emptied', async (t) => {
  const { app, portal } = await withMails(t)
  t.equal((await app.inject({ method: 'DELETE', url: '/__mock/outbox' })).statusCode, 204)
  t.same(portal.store.outbox.list(), [])
})

t.test('what there is not, and what is no id', async (t) => {
  const { app } = await withMails(t)
  const cases: [url: string, status: number, error: string][] = [
    ['/__mock/outbox/3', 404, 'the outbox has no e-mail 3'],
    ['/__mock/outbox/3/html', 404, 'the outbox has no e-mail 3'],
    ['/__mock/outbox/x', 400, '/id must be integer'],
    ['/__mock/outbox/0', 400, '/id must be >= 1'],
    ['/__mock/outbox?form=x', 400, '/ must NOT have additional properties: form'],
  ]
  for (const [url, status, error] of cases) {
    const answer = await app.inject(url)
    t.equal(answer.statusCode, status, url)
    t.same(answer.json(), { error })
  }
})
