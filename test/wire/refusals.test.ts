import t from 'tap'
import { AddressRefusal, EmptyRefusal, ProblemRefusal, ValidationRefusal } from '../../src/wire/refusals.ts'

t.test('a refusal knows how it is answered, and why, for people', async (t) => {
  const empty = new EmptyRefusal(401, 'no credential was accepted')
  const problem = new ProblemRefusal(402, 'not paid for')
  const address = new AddressRefusal('203.0.113.7 is not allowed')
  const validation = new ValidationRefusal('Userid', "The value '' is invalid.")

  t.match(empty, { name: 'EmptyRefusal', status: 401, message: 'no credential was accepted' })
  t.match(problem, { name: 'ProblemRefusal', status: 402, message: 'not paid for' })
  t.match(address, { name: 'AddressRefusal', message: '203.0.113.7 is not allowed' })
  t.match(validation, { message: "The value '' is invalid." })
  t.strictSame(validation.errors, { Userid: ["The value '' is invalid."] })
  for (const refusal of [empty, problem, address, validation]) t.ok(refusal instanceof Error)
})
