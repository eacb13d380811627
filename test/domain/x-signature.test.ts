import { createHmac } from 'node:crypto'
import { jwtVerify } from 'jose'
import t from 'tap'
import { machineConstant } from '../../src/domain/machine-constant.ts'
import { createXSignature, readXSignature, type SignatureSubject } from '../../src/domain/x-signature.ts'
import { NOW, people } from '../helper.ts'

const KEY = '1123askdasjklasbnd'
const ROOT = 'http://localhost:8092'
const subject: SignatureSubject = {
  userId: people.winfield,
  userName: 'Winfield Wyman',
  email: 'winfield.wyman@example.com',
  tenantId: 1,
  root: ROOT,
  isAdmin: false,
  isGuest: false,
  isPublic: true,
}
const claims = {
  sub: people.winfield,
  user_id: people.winfield,
  user_name: 'Winfield Wyman',
  user_email: 'winfield.wyman@example.com',
  tenant_id: '1',
  tenant_url: ROOT,
  is_admin: 'false',
  is_guest: 'false',
  is_public: 'true',
  exp: NOW / 1000 + 300,
  iss: ROOT,
  aud: ROOT,
}

/** Signs what nobody would. */
function sign(payload: unknown, header: unknown = { alg: 'HS256' }, key = machineConstant(KEY, 256)): string {
  const encode = (value: unknown) =>
    Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url')
  const signed = `${encode(header)}.${encode(payload)}`
  return `${signed}.${createHmac('sha256', key).update(signed).digest('base64url')}`
}

t.test('a token that others can verify, with the claims of the real server’s (facts §2.6)', async (t) => {
  const token = createXSignature(subject, KEY, NOW + 999)
  const { payload, protectedHeader } = await jwtVerify(token, machineConstant(KEY, 256), {
    algorithms: ['HS256'],
    issuer: ROOT,
    audience: ROOT,
    currentDate: new Date(NOW),
  })
  t.strictSame(protectedHeader, { alg: 'HS256', typ: 'JWT' })
  t.strictSame({ ...payload }, claims)
  t.equal(createXSignature(subject, KEY, NOW), createXSignature(subject, KEY, NOW), 'the same again')
})

t.test('what is read of it', async (t) => {
  const cases: [change: object, role: string][] = [
    [{}, 'USER'],
    [{ is_admin: 'true' }, 'ADMIN'],
    [{ is_admin: 'True', is_guest: 'true' }, 'ADMIN'],
    [{ is_admin: true }, 'ADMIN'],
    [{ is_guest: 'true' }, 'GUEST'],
    [{ is_public: 'false' }, 'GUEST'],
    [{ is_admin: undefined, is_guest: undefined }, 'USER'],
    [{ is_admin: undefined, is_guest: undefined, is_public: undefined }, 'GUEST'],
    [{ is_admin: 'yes', is_public: '1' }, 'GUEST'],
  ]
  for (const [change, role] of cases) {
    const read = readXSignature(sign({ ...claims, ...change }), KEY, NOW)
    t.strictSame(read, { userId: people.winfield, tenantId: 1, role }, JSON.stringify(change))
  }
  t.match(readXSignature(createXSignature({ ...subject, isAdmin: true }, KEY, NOW), KEY, NOW), { role: 'ADMIN' })
  t.match(readXSignature(createXSignature({ ...subject, isGuest: true }, KEY, NOW), KEY, NOW), { role: 'GUEST' })
})

t.test('who issued it for whom is ignored, and the tenant may be a number', async (t) => {
  for (const change of [{ iss: 'x' }, { aud: 'x' }, { iss: undefined, aud: undefined }, { tenant_id: 1 }]) {
    t.match(readXSignature(sign({ ...claims, ...change }), KEY, NOW), { tenantId: 1 }, JSON.stringify(change))
  }
  t.match(readXSignature(sign({ ...claims, user_id: people.winfield.toUpperCase() }), KEY, NOW), {
    userId: people.winfield,
  })
})

t.test('holds for five minutes', async (t) => {
  const token = createXSignature(subject, KEY, NOW)
  t.ok(readXSignature(token, KEY, NOW + 299_999))
  t.throws(() => readXSignature(token, KEY, NOW + 300_000), { name: 'XSignatureError', message: 'expired' })
  t.ok(readXSignature(createXSignature(subject, KEY, NOW, 3600), KEY, NOW + 3_599_999))
})

t.test('what doesn’t hold', async (t) => {
  const good = createXSignature(subject, KEY, NOW)
  const [header = '', payload = '', digest = ''] = good.split('.')
  const without = (name: string) => sign({ ...claims, [name]: undefined })
  const cases: [name: string, token: string][] = [
    ['nothing', ''],
    ['a word', 'abc'],
    ['two parts', `${header}.${payload}`],
    ['four parts', `${good}.x`],
    ['no digest', `${header}.${payload}.`],
    ['another digest', `${header}.${payload}.${digest.replace(/^./, (c) => (c === 'A' ? 'B' : 'A'))}`],
    ['a digest and more', `${good}A`],
    [
      'another payload',
      `${header}.${Buffer.from(JSON.stringify({ ...claims, is_admin: 'true' })).toString('base64url')}.${digest}`,
    ],
    ['another machine key', createXSignature(subject, 'another', NOW)],
    ['the AES key', sign(claims, { alg: 'HS256' }, machineConstant(KEY, 32))],
    ['no algorithm', `${Buffer.from('{"alg":"none"}').toString('base64url')}.${payload}.`],
    ['the algorithm none, signed', sign(claims, { alg: 'none' })],
    ['another algorithm', sign(claims, { alg: 'HS512' })],
    ['a header that is no object', sign(claims, '"HS256"')],
    ['a payload that is no object', sign([claims])],
    ['a payload that is no JSON', sign('claims')],
    ['no end', without('exp')],
    ['an end that is text', sign({ ...claims, exp: String(claims.exp) })],
    ['no user', without('user_id')],
    ['a user that is no GUID', sign({ ...claims, user_id: 'winfield' })],
    ['no name', without('user_name')],
    ['a blank name', sign({ ...claims, user_name: ' ' })],
    ['no e-mail', without('user_email')],
    ['an e-mail that is no text', sign({ ...claims, user_email: 1 })],
    ['no URL', without('tenant_url')],
    ['no tenant', without('tenant_id')],
    ['tenant 0', sign({ ...claims, tenant_id: '0' })],
    ['half a tenant', sign({ ...claims, tenant_id: '1.5' })],
    ['a tenant that is no number', sign({ ...claims, tenant_id: 'x' })],
  ]
  for (const [name, token] of cases) {
    t.throws(() => readXSignature(token, KEY, NOW), { name: 'XSignatureError' }, name)
  }
})
