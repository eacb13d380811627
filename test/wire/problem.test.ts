import t from 'tap'
import {
  PROBLEM_TYPE,
  type ProblemStatus,
  problemDocument,
  validationEnvelope,
  validationProblem,
} from '../../src/wire/problem.ts'

const TRACE = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00'

t.test('bare problem documents (facts §4.4)', async (t) => {
  const documents: Record<ProblemStatus, string> = {
    402: `{"status":402,"traceId":"${TRACE}"}`,
    403: `{"type":"https://tools.ietf.org/html/rfc9110#section-15.5.4","title":"Forbidden","status":403,"traceId":"${TRACE}"}`,
    404: `{"type":"https://tools.ietf.org/html/rfc9110#section-15.5.5","title":"Not Found","status":404,"traceId":"${TRACE}"}`,
  }
  for (const status of [402, 403, 404] as const) t.equal(problemDocument(status, TRACE), documents[status])
  t.equal(PROBLEM_TYPE, 'application/problem+json; charset=utf-8')
})

t.test('a validation problem comes inside the envelope (facts §4.3)', async (t) => {
  const errors = { employeeType: ["The value 'abc' is not valid for EmployeeType."] }
  const link = { href: 'http://localhost:8092/api/2.0/portal/users/invite/abc', action: 'GET' }

  t.equal(
    validationEnvelope(validationProblem(errors, TRACE), link),
    `{"response":{"type":"https://tools.ietf.org/html/rfc9110#section-15.5.1","title":"One or more validation errors occurred.","status":400,"errors":{"employeeType":["The value 'abc' is not valid for EmployeeType."]},"traceId":"${TRACE}"},"count":1,"links":[{"href":"http://localhost:8092/api/2.0/portal/users/invite/abc","action":"GET"}],"status":1,"statusCode":400}`,
  )
})
