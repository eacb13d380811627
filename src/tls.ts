import { readFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { createSecureContext } from 'node:tls'

/** What a server proves itself with over TLS, as PEM. */
export interface Certificate {
  cert: string
  key: string
}

/** A certificate or key that can't be used. The message names the file and the flag. */
export class CertificateError extends Error {
  override readonly name = 'CertificateError'
}

/** How long a made certificate holds, in ms: no longer than browsers take one for. */
const LIFETIME = 397 * 24 * 60 * 60 * 1000

const THIS_MACHINE = ['localhost', '127.0.0.1', '::1']

/**
 * Makes a certificate that signs itself, for `localhost` and the loopback addresses.
 *
 * @param hosts names and addresses that it is for too
 */
export async function makeCertificate(hosts: readonly string[]): Promise<Certificate> {
  // loaded when it is wanted: most servers speak plain HTTP
  const { generate } = await import('selfsigned')
  const all = [...new Set([...THIS_MACHINE, ...hosts])]
  const { cert, private: key } = await generate([{ name: 'commonName', value: 'docspace-mock' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    notAfterDate: new Date(Date.now() + LIFETIME),
    extensions: [
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'keyUsage', digitalSignature: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: [
          ...all.map((host) =>
            isIP(host) === 0 ? ({ type: 2, value: host } as const) : ({ type: 7, ip: host } as const),
          ),
        ],
      },
    ],
  })
  return { cert, key }
}

/**
 * Reads a certificate and its key, and tries them out.
 *
 * @throws CertificateError
 */
export function readCertificate(certFile: string, keyFile: string): Certificate {
  const cert = readPem(certFile, '--tls-cert', 'CERTIFICATE')
  const key = readPem(keyFile, '--tls-key', 'PRIVATE KEY')
  try {
    createSecureContext({ cert, key })
  } catch (error) {
    const files = `${certFile} (--tls-cert) and ${keyFile} (--tls-key)`
    throw new CertificateError(`${files} can't be used together: ${(error as Error).message}`)
  }
  return { cert, key }
}

function readPem(file: string, flag: string, what: string): string {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    throw new CertificateError(`${file}: can't be read (${(error as NodeJS.ErrnoException).code}). Check ${flag}.`)
  }
  if (!text.includes(`${what}-----`)) throw new CertificateError(`${file}: has no ${what} in PEM. Check ${flag}.`)
  return text
}
