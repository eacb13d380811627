/** Which contract the server speaks. */
export type ProfileName = 'documented' | 'server'

/** How dates are written: as PostgreSQL deployments of DocSpace send them (UTC, with `Z`), or as MySQL ones do. */
export type DateForm = 'postgresql' | 'mysql'

/** Everything in which the two profiles differ. Whatever isn't here is the same in both. */
export interface Profile {
  name: ProfileName
  /**
   * `any`: every form in which an SDK or the document puts a credential is read, and each credential of a request
   * counts by itself. `one`: a single scheme is chosen by the Authorization header, and only the server's forms exist.
   */
  credentials: 'any' | 'one'
  /**
   * Whether an access token's `read` and `write` count as `*:read` and `*:write`, its scopes may be one text, and OAuth2
   * clients can be made that ask for these.
   */
  documentedScopes: boolean
  /** Whether OAuth2 clients may prove themselves with HTTP Basic in the place of a form. */
  basicClients: boolean
  /** Whether a credential that can't be decoded is an error of its own rather than a wrong credential. */
  malformedCredentialsFail: boolean
  /** What `sendcongratulations` answers to a call without a key. */
  missingKey: 'accessDenied' | 'argumentNull'
  /** Whether an API key without full access keeps its owner from the anonymous operation. */
  apiKeyLimitsAnonymous: boolean
  dates: DateForm
  /** Whether an Origin header that is no absolute URL is an error. */
  badOriginFails: boolean
  /** Whether a role in an answer is its name, which every SDK from 3.7 on demands, or its number. */
  roleNames: boolean
  /** Whether links requested at a loopback address begin with the portal's domain instead of that address. */
  loopbackBecomesDomain: boolean
}

/** The two contracts: the published document read generously, and the real server with its quirks. */
export const profiles: Readonly<Record<ProfileName, Profile>> = {
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
    roleNames: true,
    loopbackBecomesDomain: false,
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
    roleNames: false,
    loopbackBecomesDomain: true,
  },
}
