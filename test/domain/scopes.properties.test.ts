import fc from 'fast-check'
import t from 'tap'
import { apiKeyScopes, FULL_ACCESS, hasScope, READ_PORTAL, WRITE_PORTAL } from '../../src/domain/scopes.ts'
import { holds } from '../properties.ts'

const scope = fc.constantFrom('*', '*:read', '*:write', 'accounts:read', 'rooms:write', '*:READ', ' *:read', '')
const scopes = fc.array(scope, { maxLength: 4 })

t.test(
  'one scope in common suffices',
  holds(
    fc.property(scopes, scopes, (owned, sufficient) => {
      const different = new Set([...owned, ...sufficient]).size
      return hasScope(owned, sufficient) === different < new Set(owned).size + new Set(sufficient).size
    }),
  ),
)

t.test(
  'who may write the portal may read it',
  holds(fc.property(scopes, (owned) => !hasScope(owned, WRITE_PORTAL) || hasScope(owned, READ_PORTAL))),
)

t.test(
  'a key never has more than it was given, but for one without permissions or with a star',
  holds(
    fc.property(scopes, (permissions) => {
      const granted = apiKeyScopes(permissions)
      const everything = permissions.length === 0 || permissions.includes('*')
      return everything ? granted.length === 1 && granted[0] === FULL_ACCESS : granted.join() === permissions.join()
    }),
  ),
)
