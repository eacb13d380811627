import t from 'tap'
import { redaction } from '../../src/conformance/redaction.ts'

const redact = redaction([
  ['key.owner', 'sk-1'],
  ['key.longer', 'sk-12'],
  ['token.owner', 'a+b/c='],
  ['password.owner', 'a"b'],
  ['nothing', ''],
])

const cases: [what: string, text: string, redacted: string][] = [
  ['a secret, wherever it is', 'Bearer sk-1, sk-1', 'Bearer {{key.owner}}, {{key.owner}}'],
  ['a secret that begins like another', 'sk-12 sk-1', '{{key.longer}} {{key.owner}}'],
  ['percent-encoded', '?asc_auth_key=a%2Bb%2Fc%3D', '?asc_auth_key={{token.owner}}'],
  ['as it is', 'asc_auth_key=a+b/c=', 'asc_auth_key={{token.owner}}'],
  ['a short link', '{"response":"http://a/s/abcdefghij-_123"}', '{"response":"http://a/s/{{short link}}"}'],
  [
    'the key of a long one',
    'http://a/confirm/LinkInvite?type=LinkInvite&key=12.ABC&uid=1',
    'http://a/confirm/LinkInvite?type=LinkInvite&key={{key}}&uid=1',
  ],
  ['as JSON has it', '{"password":"a\\"b"}', '{"password":"{{password.owner}}"}'],
  ['a key that was handed out', `{"key":"sk-${'a1'.repeat(32)}"}`, '{"key":"{{API key}}"}'],
  ['a token that was handed out', '{ "token": "abcdefghijklmnopqrst+/==" }', '{ "token": "{{token}}" }'],
  [
    'a signature that was handed out',
    '{"response":"eyJhbGciOiJIUzI1NiJ9.eyJzdWIi.a-_b"}',
    '{"response":"{{JSON Web Token}}"}',
  ],
  ['a secret of a client', `{"client_secret":"${'aB3'.repeat(12)}"}`, '{"client_secret":"{{client secret}}"}'],
  ['one that lists hide', '"client_secret": "abcdefghijklmnopqrs+/w=="', '"client_secret": "{{client secret}}"'],
  ['one that has its name', '"client_secret": "{{made.clientSecret}}"', '"client_secret": "{{made.clientSecret}}"'],
  ['one that is expected', '"client_secret": "<a client secret>"', '"client_secret": "<a client secret>"'],
  ['a cookie with one', 'asc_auth_key=abcdefghijklmnopqrst%2B; path=/', 'asc_auth_key={{token}}; path=/'],
  ['a token that is made up', 'asc_auth_key=bad; {"token":""}', 'asc_auth_key=bad; {"token":""}'],
  ['nothing to hide', 'http://a/s/unknown', 'http://a/s/unknown'],
]

for (const [what, text, redacted] of cases) {
  t.test(what, async (t) => {
    t.equal(redact(text), redacted)
  })
}
