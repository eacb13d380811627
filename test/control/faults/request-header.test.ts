import t from 'tap'
import { isHeaderWord, planNamedBy, readFaultHeader } from '../../../src/control/faults/request-header.ts'

const accepted: [header: string, effect: object, when?: string][] = [
  ['delay=500', { delay: 500 }],
  ['status=503', { answer: { status: 503 } }],
  ['drop', { drop: 'unanswered' }],
  ['drop=halfway', { drop: 'halfway' }],
  ['slow=10/20', { slow: { bytes: 10, interval: 20 } }],
  ['truncate', { truncate: true }],
  ['invalid-json', { invalidJson: true }],
  ['unknown-member', { unknownMember: true }],
  ['unknown-member=total', { unknownMember: 'total' }],
  ['unknown-enum-value=status', { unknownEnumValue: 'status' }],
  ['missing-member=email', { missingMember: 'email' }],
  ['null-member', { nullMember: true }],
  ['delay=5, status=504,after', { delay: 5, answer: { status: 504 } }, 'after'],
  ['status=500, drop=halfway', { answer: { status: 500 }, drop: 'halfway' }],
]
for (const [header, effect, when = 'before'] of accepted) {
  t.test(header, async (t) => t.match(readFaultHeader(header), { name: header, call: null, effect, when }))
}

const refused: [header: string, message: RegExp][] = [
  ['delay', /takes delay=MILLISECONDS \(at most 600000\), not 'delay'/],
  ['delay=-1', /takes delay=MILLISECONDS/],
  ['delay=600001', /takes delay=MILLISECONDS/],
  ['delay=1e3', /takes delay=MILLISECONDS/],
  ['status=99', /takes status=CODE \(200 to 599\), not 'status=99'/],
  ['status=600', /takes status=CODE/],
  ['drop=now', /takes drop or drop=halfway, not 'drop=now'/],
  ['slow=10', /takes slow=BYTES\/MILLISECONDS/],
  ['slow=0/1', /takes slow=BYTES/],
  ['slow=1/1/1', /takes slow=BYTES/],
  ['truncate=1', /takes truncate, not/],
  ['missing-member=', /takes missing-member\[=NAME\]/],
  ['null-member=a b', /takes null-member\[=NAME\]/],
  ['after', /takes delay=.*, after or the name of a plan, not 'after'/],
  ['', /or the name of a plan, not ''/],
  ['delay=1,', /or the name of a plan, not ''/],
  ['constructor=1', /or the name of a plan, not 'constructor=1'/],
  ['status=503, drop', /takes status or drop, not both/],
  ['Delay=5', /or the name of a plan/],
]
for (const [header, message] of refused) {
  t.test(`«${header}» is refused`, async (t) => t.throws(() => readFaultHeader(header), { status: 400, message }))
}

t.test('a word that is none of its own is the name of a plan', async (t) => {
  t.equal(planNamedBy('bad-gateway'), 'bad-gateway')
  for (const header of ['drop', 'after', 'delay=5', 'a,b', '']) t.equal(planNamedBy(header), null, header)
  t.ok(isHeaderWord('drop'))
  t.notOk(isHeaderWord('bad-gateway'))
})
