import { VerifyError } from './verify-error.ts'

/** Codes of errors that say that a certificate is signed by nobody who is trusted. */
const UNTRUSTED = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
])

/** Says why a server can't be asked, and what to do about it. */
export function unreachable({ origin, protocol }: URL, error: NodeJS.ErrnoException): VerifyError {
  const { code = '' } = error
  // some messages bring advice of their own, or the place in OpenSSL
  const [message = ''] = error.message.split(/[;\n]/)
  if (UNTRUSTED.has(code)) {
    const where = `a docspace-mock has it at ${origin}/__mock/certificate.pem`
    return new VerifyError(`${origin} isn't trusted: ${message}. Name its certificate with --tls-ca FILE; ${where}`)
  }
  if (code === 'EPROTO') return new VerifyError(`${origin} doesn't speak HTTPS: is it http:// there?`)
  if (code === 'ECONNRESET' && protocol === 'http:')
    return new VerifyError(`${origin} can't be reached: ${message}. Is it https:// there?`)
  return new VerifyError(`${origin} can't be reached: ${message}`)
}
