import t from 'tap'
import { profiles } from '../../src/domain/profile.ts'

t.test('the profiles differ where the facts say so, and say who they are (facts §0)', async (t) => {
  t.strictSame(profiles, {
    documented: {
      name: 'documented',
      credentials: 'any',
      documentedScopes: true,
      basicClients: true,
      malformedCredentialsFail: false,
      missingKey: 'accessDenied',
      apiKeyLimitsAnonymous: false,
      dates: 'postgresql',
      badOriginFails: false,
    },
    server: {
      name: 'server',
      credentials: 'one',
      documentedScopes: false,
      basicClients: false,
      malformedCredentialsFail: true,
      missingKey: 'argumentNull',
      apiKeyLimitsAnonymous: true,
      dates: 'mysql',
      badOriginFails: true,
    },
  })
})
