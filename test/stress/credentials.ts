import fc from 'fast-check'
import { control } from '../../src/client/index.ts'
import { apiKey } from '../helper.ts'

type Headers = [name: string, value: string][]

/** Secrets that are minted again for each part of the run, since some are valid for minutes only. */
export interface Secrets {
  session: string
  expiredSession: string
  foreignSession: string
  access: string
  expiredAccess: string
  foreignAccess: string
  signature: string
  foreignSignature: string
  /** The control token; empty: none. */
  controlToken: string
}

/** How a caller authenticates. */
export interface Credential {
  headers: Headers
  /** Whether no portal that the run addresses accepts it. */
  isForged: boolean
}

/** Creates credentials from the secrets. */
export type CredentialMaker = (secrets: Secrets) => Credential

/** How a secret is sent. */
type Carrier = (secret: string) => Headers

const bearer: Carrier = (secret) => [['Authorization', `Bearer ${secret}`]]
const bare: Carrier = (secret) => [['Authorization', secret]]
const sessionCookie: Carrier = (secret) => [['Cookie', `asc_auth_key=${encodeURIComponent(secret)}`]]
const signatureHeader: Carrier = (secret) => [['x-signature', secret]]
const signatureCookie: Carrier = (secret) => [['Cookie', `a=b; x-signature=${secret}`]]
const keyHeader: Carrier = (secret) => [['ApiKeyBearer', secret]]
const basic = (email: string): Carrier => {
  return (password) => [['Authorization', `Basic ${btoa(`${email}:${password}`)}`]]
}

/** Valid secrets, with the ways to send them and the number of characters that must not change. */
const genuine: [secret: (secrets: Secrets) => string, carriers: Carrier[], vital: number][] = [
  ...['1', '2', '3', '4', '5'].map(
    (digit) => [() => apiKey(digit), [bearer, keyHeader, bare], 67] as (typeof genuine)[0],
  ),
  [() => 'owner-password', [basic('owner@example.com')], 14],
  [() => 'guest-password', [basic('guest@example.com')], 14],
  // a session token isn't signed: characters after its first block may change without effect
  [({ session }) => session, [sessionCookie, bare, bearer], 16],
  [({ access }) => access, [bearer], 100],
  [({ signature }) => signature, [signatureHeader, signatureCookie], 100],
]

/** Secrets that no portal of the run accepts. */
const worthless: [secret: (secrets: Secrets) => string, carriers: Carrier[]][] = [
  [() => apiKey('c'), [bearer, keyHeader]],
  [() => apiKey('d'), [bearer, keyHeader]],
  [() => apiKey('9'), [bearer]],
  [() => 'terminated-password', [basic('terminated@example.com')]],
  [() => '', [basic('owner@example.com'), bearer, sessionCookie, signatureHeader]],
  [({ expiredSession }) => expiredSession, [sessionCookie, bare, bearer]],
  [({ foreignSession }) => foreignSession, [sessionCookie, bare, bearer]],
  [({ expiredAccess }) => expiredAccess, [bearer]],
  [({ foreignAccess }) => foreignAccess, [bearer]],
  [({ access }) => unsigned(access), [bearer]],
  [({ foreignSignature }) => foreignSignature, [signatureHeader, signatureCookie]],
  [({ signature }) => unsigned(signature), [signatureHeader, bearer]],
]

const carriedBy = <Row extends readonly [unknown, Carrier[], ...unknown[]]>(rows: readonly Row[]) =>
  rows.flatMap((row) => row[1].map((carrier) => ({ row, carrier })))

/** Credentials: genuine ones, worthless ones, and genuine ones with one character changed. */
export const credentials: fc.Arbitrary<CredentialMaker> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.constantFrom(...carriedBy(genuine)).map(({ row: [secret], carrier }) => (secrets: Secrets) => ({
      headers: carrier(secret(secrets)),
      isForged: false,
    })),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(...carriedBy(worthless)).map(({ row: [secret], carrier }) => (secrets: Secrets) => ({
      headers: carrier(secret(secrets)),
      isForged: true,
    })),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(fc.constantFrom(...carriedBy(genuine)), fc.nat()).map(
      ([
        {
          row: [secret, , vital],
          carrier,
        },
        at,
      ]) =>
        (secrets: Secrets) => ({
          headers: carrier(tamper(secret(secrets), at % vital)),
          isForged: true,
        }),
    ),
  },
  { weight: 1, arbitrary: fc.constant(() => ({ headers: [], isForged: true })) },
)

/** Replaces a character, with a letter that isn't a hexadecimal digit: percent-decoding must not undo the change. */
function tamper(secret: string, at: number): string {
  return secret.slice(0, at) + (secret[at] === 'Q' ? 'Z' : 'Q') + secret.slice(at + 1)
}

/** A token whose header says that it isn't signed. */
function unsigned(token: string): string {
  const header = Buffer.from('{"alg":"none","typ":"JWT"}').toString('base64url')
  return `${header}.${token.split('.')[1] ?? ''}.`
}

/** Mints credentials for callers of the first portal of a server. */
export async function mintSecrets(url: string, controlToken: string): Promise<Secrets> {
  const own = control(url, { token: controlToken }).credentials
  const foreign = control(url, { token: controlToken, portal: 'foreign' }).credentials
  const scopes = ['openid', '*:read', '*:write']
  return {
    session: (await own.sessionToken()).sessionToken,
    expiredSession: (await own.sessionToken({ expiresIn: -1000 })).sessionToken,
    foreignSession: (await foreign.sessionToken()).sessionToken,
    access: (await own.accessToken({ scopes })).accessToken,
    expiredAccess: (await own.accessToken({ scopes, expiresIn: -1000 })).accessToken,
    foreignAccess: (await foreign.accessToken({ scopes })).accessToken,
    signature: await signatureAt(url),
    foreignSignature: await signatureAt(`${url}/@foreign`),
    controlToken,
  }
}

async function signatureAt(root: string): Promise<string> {
  const headers = { authorization: `Bearer ${apiKey('1')}` }
  const answer = await fetch(`${root}/api/2.0/security/oauth2/token`, { headers })
  return ((await answer.json()) as { response: string }).response
}
