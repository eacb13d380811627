import type { Portal } from '../store/portal.ts'
import { namedPerson } from './people.ts'

/** What can be said about the authorization server. Everything has a default. */
export interface OAuth2Options {
  /** Who signs in, by id or e-mail, and consents, without a page being shown. Unless given, people choose on a page. */
  signIn?: string
  /** How long access and ID tokens hold, in seconds. An hour unless given. */
  accessTokenLifetime?: number
  /** How long refresh tokens hold, in seconds. 60 days unless given. */
  refreshTokenLifetime?: number
  /** How long authorization codes hold, in seconds. A minute unless given. */
  codeLifetime?: number
}

/** DocSpace's own lifetimes, in seconds. */
export const defaultLifetimes = {
  accessTokenLifetime: 60 * 60,
  refreshTokenLifetime: 60 * 24 * 60 * 60,
  codeLifetime: 60,
}

/** Lifetimes of what the authorization server gives, in seconds. */
export type Lifetimes = typeof defaultLifetimes

/** Options of the authorization server that don't fit. The message says which, and what to do. */
export class OAuth2OptionError extends Error {
  override readonly name = 'OAuth2OptionError'
}

/**
 * Refuses options that could only disappoint later.
 *
 * @throws OAuth2OptionError where nobody who is to sign in can, or a lifetime is none
 */
export function checkOptions({ signIn, ...lifetimes }: OAuth2Options, portals: readonly Portal[]): void {
  if (signIn !== undefined && !portals.some((portal) => namedPerson(portal, signIn) !== undefined)) {
    const advice = 'Give the e-mail or id of somebody whose account is active'
    throw new OAuth2OptionError(`nobody can sign in as '${signIn}', as --oauth2-sign-in wants. ${advice}.`)
  }
  for (const [name, seconds] of Object.entries(lifetimes)) {
    if (!Number.isSafeInteger(seconds) || seconds < 1) {
      throw new OAuth2OptionError(`oauth2.${name} is ${seconds}, and takes whole seconds from 1 on.`)
    }
  }
}
