import type { DateForm } from '../domain/profile.ts'
import { type UserInfo, userInfoDates } from '../domain/user.ts'
import { escapeJson, toJson } from './json.ts'

/**
 * Writes somebody as `response`.
 *
 * @param info their members as the store keeps them: JSON, dates in the form of PostgreSQL deployments
 */
export function userResponse(info: string, dates: DateForm): string {
  // the usual case: the text goes out as it came from the store
  if (dates === 'postgresql') return escapeJson(info)
  const user: UserInfo = JSON.parse(info)
  for (const member of userInfoDates) if (user[member] !== undefined) user[member] = mysqlDate(user[member])
  return toJson(user)
}

/** A MySQL deployment's form of a date: whole seconds, no zone. */
function mysqlDate(date: string): string {
  return date.slice(0, 'yyyy-MM-ddTHH:mm:ss'.length)
}
