import t from 'tap'
import { expiredCookie, readCookie } from '../../src/wire/cookies.ts'

t.test('reads a cookie as ASP.NET does (facts §2.1)', async (t) => {
  const cases: [header: string | undefined, expected: string | undefined][] = [
    [undefined, undefined],
    ['', undefined],
    ['other=1', undefined],
    ['asc_auth_key', undefined],
    ['my_asc_auth_key=1', undefined],
    ['asc_auth_key2=1', undefined],
    ['asc_auth_key=', ''],
    ['asc_auth_key=value', 'value'],
    ['ASC_Auth_Key=value', 'value'],
    ['a=1; asc_auth_key=value; b=2', 'value'],
    ['a=1;asc_auth_key=value;b=2', 'value'],
    [' asc_auth_key = value ', 'value'],
    ['asc_auth_key=first; asc_auth_key=last', 'last'],
    ['asc_auth_key=first; ASC_AUTH_KEY=', ''],
    ['asc_auth_key="value"', '"value"'],
    ['asc_auth_key=a%2Bb%2Fc%3D%3D', 'a+b/c=='],
    ['asc_auth_key=a+b/c==', 'a+b/c=='],
    ['asc_auth_key=%zz%41', '%zzA'],
  ]
  for (const [header, expected] of cases) t.equal(readCookie(header, 'asc_auth_key'), expected, String(header))
})

t.test('takes a cookie away with the server’s header (facts §2.1)', async (t) => {
  t.equal(expiredCookie('asc_auth_key'), 'asc_auth_key=; expires=Thu, 01 Jan 1970 00:00:00 GMT; path=/')
})
