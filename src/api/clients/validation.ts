import { type FieldError, validationFailed } from '../../wire/identity-problem.ts'

/** Something that a member has to be, and what is said where it isn't. */
export interface Constraint {
  holds: (value: string | readonly string[] | null) => boolean
  code: FieldError['code']
  message: string
}

const HOST = '([a-z\\d-]+\\.)+[a-z]{2,}'
const ADDRESS = '(\\d{1,3}\\.){3}\\d{1,3}'
const TAIL = "(:\\d+)?(/[\\w\\-.~:/?#[\\]@!$&'()*+,;=]*)?"

/** A page on the web: a host name with a dot in it, scheme or not, or an address with one. There is no `localhost`. */
export const WEB_PAGE = `^((https?://)?${HOST}|https?://${ADDRESS})${TAIL}$`

/** A picture in the URL itself. */
export const LOGO = '^data:image/(png|jpeg|jpg|svg\\+xml);base64,.+$'

const MAX_LOGO = 2_000_000

/** In characters. Browsers don't open longer URLs. */
const LONGEST_URL = 8192

const isWebPage = new RegExp(WEB_PAGE, 'i')
const isLogo = new RegExp(LOGO)

/** Neither missing nor blank. */
export function notBlank(message: string): Constraint {
  return { holds: (value) => typeof value === 'string' && value.trim() !== '', code: 'EmptyFieldError', message }
}

/** Not missing. */
export function notNull(message: string): Constraint {
  return { holds: (value) => value !== null, code: 'EmptyFieldError', message }
}

/** Neither missing nor without an entry. */
export function notEmpty(message: string): Constraint {
  return { holds: (value) => value !== null && value.length > 0, code: 'EmptyFieldError', message }
}

/** So many characters or entries, unless it is missing. */
export function size(min: number, max: number, message: string): Constraint {
  return {
    holds: (value) => value === null || (value.length >= min && value.length <= max),
    code: 'ErrorName',
    message,
  }
}

/** @param name what the message calls it */
export function webPage(name: string): Constraint[] {
  return [
    notBlank(`${name} must not be empty`),
    {
      holds: (value) => value === null || (value.length <= LONGEST_URL && isWebPage.test(String(value))),
      code: 'ErrorWrongURL',
      message: `${name} is expected to be passed as url`,
    },
  ]
}

/** A picture of a client. */
export const logo: readonly Constraint[] = [
  notBlank('client logo must not be empty'),
  {
    holds: (value) => value === null || (isLogo.test(String(value)) && value.length <= MAX_LOGO),
    code: 'ErrorPattern',
    message: 'client logo is expected to be passed as base64',
  },
]

/** What a client's description may be. */
export const description: readonly Constraint[] = [
  size(0, 255, 'client description length is expected to be less than 256 characters'),
]

/** One to twelve URLs of HTTP. @param name what the message calls them */
export function urls(name: string): Constraint[] {
  return [
    {
      holds: (value) => Array.isArray(value) && value.every(isUrl),
      code: 'ErrorWrongURL',
      message: 'url collection has invalid entries',
    },
    size(1, 12, `${name} must contain at least 1 and at most 12 addresses`),
  ]
}

function isUrl(text: string): boolean {
  return text.length <= LONGEST_URL && /^https?:\/\/\S+$/i.test(text) && URL.canParse(text)
}

/**
 * Holds the members of a body against what they have to be.
 *
 * @throws IdentityRefusal 400, with everything that is wrong
 */
export function validate<Body>(body: Body, constraints: { [Name in keyof Body]?: readonly Constraint[] }): void {
  const errors = Object.entries<readonly Constraint[] | undefined>(constraints).flatMap(([field, listed = []]) => {
    const value = body[field as keyof Body] as string | readonly string[] | null
    return listed.filter(({ holds }) => !holds(value)).map(({ code, message }) => ({ field, code, message }))
  })
  if (errors.length > 0) throw validationFailed(errors)
}
