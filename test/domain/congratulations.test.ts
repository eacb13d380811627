import t from 'tap'
import {
  CONGRATULATIONS_INTERVAL,
  CONGRATULATIONS_SUBJECT,
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
