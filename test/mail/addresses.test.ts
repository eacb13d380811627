import t from 'tap'
import { DEFAULT_SENDER, isSender, isSmtpUrl } from '../../src/mail/addresses.ts'
import { createServer } from '../../src/server.ts'
import { testPortal } from '../helper.ts'

const goodUrls = [
  'smtp://localhost',
  'smtp://localhost:1025/',
  'smtps://user:p%40ss@mail.example.com:465',
  'smtp://[::1]:25?requireTLS=true&tls.rejectUnauthorized=false',
  'SMTP://mail.example.com',
]
const badUrls = [
  '',
  'localhost:1025',
  'http://localhost',
  'direct://',
  'smtp:',
  'smtp://',
  'smtp://localhost:99999',
  'smtp://localhost/inbox',
  'smtp://localhost#x',
  'smtp://user:%zz@localhost',
  'smtp://%zz@localhost',
]
const goodSenders = [DEFAULT_SENDER, 'a@b', 'portal@example.com', 'The portal <portal@example.com>', '<a@b>', ' <a@b>']
const badSenders = [
  '',
  'a',
  'a@',
  '@b',
  'a@b@c',
  'a@b, c@d',
  'a b@c',
  '<a@b',
  'A <a@b> <c@d>',
  'A <a>',
  'A\r\nBcc: x <a@b>',
]

t.test('URLs of SMTP servers', async (t) => {
  for (const url of goodUrls) t.ok(isSmtpUrl(url), url)
  for (const url of badUrls) t.notOk(isSmtpUrl(url), url)
})

t.test('senders', async (t) => {
  for (const sender of goodSenders) t.ok(isSender(sender), sender)
  for (const sender of badSenders) t.notOk(isSender(sender), sender)
})

t.test('a server refuses what doesn’t fit, and repeats no password', async (t) => {
  const portals = [testPortal(t)] as const
  for (const smtp of [...badUrls, 'http://u:secret@localhost']) {
    await t.rejects(createServer({ portals, smtp }), {
      name: 'TypeError',
      message: /^smtp takes a URL such as ((?!secret).)*$/,
    })
  }
  for (const mailFrom of badSenders) {
    await t.rejects(createServer({ portals, mailFrom }), {
      name: 'TypeError',
      message: /^mailFrom takes an address such as/,
    })
  }
})
