/** The tags that DocSpace's document puts the operations of the identity service under. */
export const MANAGEMENT = 'OAuth 2.0 / Client management'
export const QUERYING = 'OAuth 2.0 / Client querying'
export const SCOPES = 'OAuth 2.0 / Scope management'
