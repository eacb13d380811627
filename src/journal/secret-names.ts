/** Names of secrets: in lower case, letters and digits only. */
const SECRET_NAMES = new RegExp(
  [
    '^(auth|bearer|codes?|codechallenge|confirm|jwt|key|otp|pass|pin|pw|pwd|session|tfakey|xauth)$',
    'passphrase|passwd|password|secret|token|authorization|signature|cookie|credential|verifier|assertion|sessionid',
    '(access|api|auth|confirm|encryption|machine|private|shared|signing)key',
  ].join('|'),
)

/** Names that look like those of secrets but aren't. */
const OPEN_NAMES = /endpoint|supported|settings|(index|url)$|^tokentype$|^accesscontrol/

/** Names of passwords, of which not even the end is shown. */
const PASSWORD_NAMES = /pass|pw|pin$/

/** Details of a secret that may be shown, such as how a password is hashed. */
const DETAILS = /^(size|iterations|salt|type|format|description)$/

/** Columns of hashes and keys. */
const SECRET_COLUMNS = /(hash|jwks?)$/

/** Columns that hold secrets although their names don't say so: the ids of artifacts are codes and tokens. */
const OTHER_SECRET_COLUMNS: readonly string[] = ['oauth2_artifacts.id']

/** Every name of a secret contains one of these, unless it is escaped. */
const STEMS =
  /pass|pwd|secret|token|key|auth|signature|cookie|credential|verifier|assertion|confirm|bearer|jwt|otp|session|\b(codes?|pin|pw|code_?challenge)\b|\\u00/i

/** A quick check whether a text may contain the name of a secret. Most don't. */
export function mayNameSecrets(text: string): boolean {
  return STEMS.test(text)
}

/** Whether a name denotes a secret: that of a header, a parameter, a cookie, a field or a member. */
export function isSecretName(name: string): boolean {
  return [name, lastPart(name)].some((given) => {
    const plain = plainName(given)
    return SECRET_NAMES.test(plain) && !OPEN_NAMES.test(plain)
  })
}

/** Whether a name denotes a password. */
export function isPasswordName(name: string): boolean {
  return isSecretName(name) && PASSWORD_NAMES.test(plainName(name))
}

/** Whether a member of a secret object may be shown, such as the salt in `passwordHash`. */
export function isDetail(name: string): boolean {
  return DETAILS.test(plainName(name))
}

/** Whether a column of a portal's database holds secrets, in present and future tables. */
export function isSecretColumn(table: string, column: string): boolean {
  return isSecretName(column) || SECRET_COLUMNS.test(column) || OTHER_SECRET_COLUMNS.includes(`${table}.${column}`)
}

/** Whether a member of JSON in a column is a secret. */
export function isSecretMember(name: string): boolean {
  return name === 'jti' || isSecretName(name) || SECRET_COLUMNS.test(plainName(name))
}

/** `key` of `user[key]`, and of `user.key`. */
function lastPart(name: string): string {
  return name.split(/[[\].]/).findLast((part) => part !== '') ?? ''
}

function plainName(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, '')
}
