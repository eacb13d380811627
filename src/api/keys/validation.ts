import type { ValidationErrors } from '../../wire/problem.ts'

const LONGEST_NAME = 30

/** A year. */
const MOST_DAYS = 365

/** What is wrong with the name of a key. */
export function invalidName(name: string | null): ValidationErrors {
  const messages: string[] = []
  if (name === null || name.trim() === '') messages.push('The Name field is required.')
  if (name !== null && name.length > LONGEST_NAME)
    messages.push(`The field Name must be a string with a maximum length of ${LONGEST_NAME}.`)
  return messages.length === 0 ? {} : { Name: messages }
}

/** What is wrong with how long a key is to hold. */
export function invalidExpiration(days: number | null): ValidationErrors {
  if (days === null || (days >= 1 && days <= MOST_DAYS)) return {}
  return { ExpiresInDays: [`The field ExpiresInDays must be between 1 and ${MOST_DAYS}.`] }
}
