import { EMPTY_GUID } from '../domain/guid.ts'
import type { Database } from './database.ts'

/** Id of the settings that remember whether somebody has read the gift message. */
export const GIFT_MESSAGE = '1f4fea2c-2d9f-47a6-adef-cec4d1e1e243'

/** Id of the settings that remember whether the first e-mail still has to be confirmed. */
const FIRST_EMAIL_CONFIRM = 'ee139f6c-8821-4011-8444-fd87882cd5f5'

/** The flags that operations leave behind, in the table and under the ids that DocSpace uses. */
export class WebstudioSettings {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  /** Whether somebody has read the gift message. */
  isGiftMessageRead(userId: string): boolean {
    return this.#load<{ Readed: boolean }>(GIFT_MESSAGE, userId)?.Readed ?? false
  }

  /** Notes that somebody has read the gift message. */
  markGiftMessageAsRead(userId: string): void {
    this.#save(GIFT_MESSAGE, userId, { Readed: true })
  }

  /** Whether congratulations went to somebody whose e-mail wasn't confirmed. */
  isFirstEmailConfirm(): boolean {
    return this.#load<{ IsFirst: boolean }>(FIRST_EMAIL_CONFIRM, EMPTY_GUID)?.IsFirst ?? false
  }

  /** Notes that congratulations went to somebody whose e-mail isn't confirmed. */
  markFirstEmailConfirm(): void {
    this.#save(FIRST_EMAIL_CONFIRM, EMPTY_GUID, { IsFirst: true })
  }

  #load<Data>(id: string, userId: string): Data | undefined {
    const sql = 'SELECT data FROM webstudio_settings WHERE id = ? AND user_id = ?'
    const row = this.#database.get<{ data: string }>(sql, id, userId)
    return row && JSON.parse(row.data)
  }

  #save(id: string, userId: string, data: object): void {
    this.#database.run('INSERT OR REPLACE INTO webstudio_settings VALUES (?, ?, ?)', id, userId, JSON.stringify(data))
  }
}
