import t from 'tap'
import { DomainError } from '../../src/domain/errors.ts'

t.test('an error has a code for the wire and a reason for people', async (t) => {
  const error = new DomainError('identityServiceUnreachable', 'connection refused', 'http://localhost/oauth2')

  t.ok(error instanceof Error)
  t.equal(error.name, 'DomainError')
  t.equal(error.code, 'identityServiceUnreachable')
  t.equal(error.message, 'connection refused')
  t.equal(error.detail, 'http://localhost/oauth2')
  t.equal(new DomainError('accessDenied', 'no').detail, '')
})
