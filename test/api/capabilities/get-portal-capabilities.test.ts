import t from 'tap'
import { testServer } from '../../helper.ts'

t.test('the ways to sign in, on both paths, to anybody (facts §6.4)', async (t) => {
  const { app } = await testServer(t)
  for (const url of ['/api/2.0/capabilities', '/api/2.0/capabilities.json', '/API/2/Capabilities']) {
    const answer = await app.inject(url)
    t.equal(answer.statusCode, 200)
    t.strictSame(answer.json().response, {
      ldapEnabled: false,
      providers: [],
      ssoLabel: '',
      oauthEnabled: true,
      ssoUrl: '',
      identityServerEnabled: true,
    })
  }
})
