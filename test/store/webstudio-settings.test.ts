import { join } from 'node:path'
import BetterSqlite from 'better-sqlite3'
import t from 'tap'
import { EMPTY_GUID } from '../../src/domain/guid.ts'
import { defaultFixture } from '../../src/start.ts'
import { openPortal } from '../../src/store/portal-slot.ts'
import { people, testPortal } from '../helper.ts'

t.test('the gift message is read by each for themselves', async (t) => {
  const { webstudioSettings } = testPortal(t).store
  t.equal(webstudioSettings.isGiftMessageRead(people.owner), false)
  webstudioSettings.markGiftMessageAsRead(people.owner)
  webstudioSettings.markGiftMessageAsRead(people.owner)

  t.equal(webstudioSettings.isGiftMessageRead(people.owner), true)
  t.equal(webstudioSettings.isGiftMessageRead(people.guest), false)
  t.equal(webstudioSettings.isFirstEmailConfirm(), false)
})

t.test('the first e-mail’s flag is the whole portal’s', async (t) => {
  const { webstudioSettings } = testPortal(t).store
  t.equal(webstudioSettings.isFirstEmailConfirm(), false)
  webstudioSettings.markFirstEmailConfirm()
  webstudioSettings.markFirstEmailConfirm()

  t.equal(webstudioSettings.isFirstEmailConfirm(), true)
  t.equal(webstudioSettings.isGiftMessageRead(EMPTY_GUID), false)
})

t.test('they stand where DocSpace has them (facts §5.4, §5.5)', async (t) => {
  const dataDirectory = t.testdir()
  const portal = openPortal({ fixture: defaultFixture, dataDirectory })
  portal.store.webstudioSettings.markGiftMessageAsRead(people.owner)
  portal.store.webstudioSettings.markFirstEmailConfirm()
  portal.close()
  const connection = new BetterSqlite(join(dataDirectory, 'localhost.sqlite'), { readonly: true })
  t.teardown(() => connection.close())

  t.strictSame(connection.prepare('SELECT * FROM webstudio_settings ORDER BY id').all(), [
    { id: '1f4fea2c-2d9f-47a6-adef-cec4d1e1e243', user_id: people.owner, data: '{"Readed":true}' },
    { id: 'ee139f6c-8821-4011-8444-fd87882cd5f5', user_id: EMPTY_GUID, data: '{"IsFirst":true}' },
  ])
})
