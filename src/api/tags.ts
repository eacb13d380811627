import { MANAGEMENT, QUERYING, SCOPES } from './clients/tags.ts'

/** The tags that DocSpace's document puts the operations under, with what it says of them. */
export const tags = [
  { name: 'Portal / Users', description: 'Operations for getting information about portal users.' },
  { name: 'Api keys', description: 'Operations for working with API keys.' },
  { name: 'Authentication', description: 'Operations for signing in and out.' },
  { name: 'People / Profiles', description: 'Operations for working with user profiles.' },
  { name: 'Settings / Common settings', description: 'Operations for working with common settings.' },
  { name: 'Capabilities', description: 'Operations for getting the ways to sign in.' },
  { name: 'Security / OAuth2', description: 'Operations for getting what the identity service asks for.' },
  { name: MANAGEMENT, description: 'Operations for making, changing and deleting OAuth2 clients.' },
  { name: QUERYING, description: 'Operations for getting OAuth2 clients.' },
  { name: SCOPES, description: 'Operations for getting what OAuth2 clients can ask for.' },
]
