/** V8 quotes invalid JSON in its errors: up to ten characters before the mistake, and as many after it. */
const QUOTED = /,? *(\.\.\.)?"(.*)"(?:\.\.\.)? is not valid JSON$/s
const QUOTED_BEFORE = 10

/**
 * Describes an error of `JSON.parse` without the text that it quotes, which may contain a password.
 */
export function jsonMistake({ message }: Error, text: string): string {
  const [quotation = '', dots, quoted = ''] = QUOTED.exec(message) ?? []
  if (quotation === '') return message
  const mistake = message.slice(0, -quotation.length) || 'no value'
  const at = text.indexOf(quoted)
  if (dots === undefined || at === -1 || at !== text.lastIndexOf(quoted)) return mistake
  return `${mistake} in line ${text.slice(0, at + QUOTED_BEFORE).split('\n').length}`
}
