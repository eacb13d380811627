import t from 'tap'
import {
  CONGRATULATIONS_INTERVAL,
  CONGRATULATIONS_SUBJECT,
  congratulationsLinkType,
  congratulationsMessage,
  congratulationsNotification,
} from '../../src/domain/congratulations.ts'

t.test('each edition has its notification (facts §5.5)', async (t) => {
  t.equal(congratulationsNotification('opensource'), 'opensource_admin_activation_v1')
  t.equal(congratulationsNotification('enterprise'), 'enterprise_admin_activation_v1')
  t.equal(congratulationsNotification('saas'), 'saas_admin_activation_v1')
})

t.test('the key holds an hour, and the subject names the product', async (t) => {
  t.equal(CONGRATULATIONS_INTERVAL, 3_600_000)
  t.match(CONGRATULATIONS_SUBJECT, /^Welcome to \S+ DocSpace!$/)
})

t.test('what the link is for (facts §5.5)', async (t) => {
  const rows = [
    ['opensource', false, 'EmailActivation'],
    ['enterprise', false, 'EmailActivation'],
    ['saas', false, 'EmailActivation'],
    ['opensource', true, null],
    ['enterprise', true, null],
    ['saas', true, 'PasswordChange'],
  ] as const
  for (const [edition, isActive, type] of rows) t.equal(congratulationsLinkType(edition, isActive), type)
})

t.test('each edition has words of its own, each link its button', async (t) => {
  const link = (type: 'EmailActivation' | 'PasswordChange') => ({ type, url: `http://localhost/s/${type}` })
  const buttons = { EmailActivation: 'Confirm', PasswordChange: 'Change password' } as const
  const said = new Set<string>()
  for (const edition of ['opensource', 'enterprise', 'saas'] as const) {
    const ingredients = { edition, name: 'Ada B', portalUrl: 'http://localhost', link: null }
    const message = congratulationsMessage(ingredients)
    t.equal(message.subject, CONGRATULATIONS_SUBJECT)
    t.equal(message.paragraphs[0], 'Hello Ada B,')
    t.equal(message.paragraphs.length, 2)
    t.equal(message.button, null)
    t.equal(message.portalUrl, 'http://localhost')
    said.add(message.paragraphs[1] ?? '')
    for (const [type, label] of Object.entries(buttons) as [keyof typeof buttons, string][]) {
      const asking = congratulationsMessage({ ...ingredients, link: link(type) })
      t.strictSame(asking.button, { label, url: `http://localhost/s/${type}` })
      t.equal(asking.paragraphs.length, 3, 'and says what it is for')
    }
    t.equal(congratulationsMessage({ ...ingredients, name: '' }).paragraphs[0], 'Hello,')
  }
  t.equal(said.size, 3)
})
