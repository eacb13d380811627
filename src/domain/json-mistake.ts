/** What V8 quotes of a text that is no JSON: up to ten characters before the mistake, and as many after it. */
const QUOTED = /,? *(\.\.\.)?"(.*)"(?:\.\.\.)? is not valid JSON$/s
const QUOTED_BEFORE = 10

/**
 * Says what is wrong with a text that `JSON.parse` has refused, without the part of it that the error quotes: it may
 * hold a password.
 */
export function jsonMistake({ message }: Error, text: string): string {
  const [quotation = '', dots, quoted = ''] = QUOTED.exec(message) ?? []
  if (quotation === '') return message
  const mistake = message.slice(0, -quotation.length) || 'no value'
  const at = text.indexOf(quoted)
  if (dots === undefined || at === -1 || at !== text.lastIndexOf(quoted)) return mistake
  return `${mistake} in line ${text.slice(0, at + QUOTED_BEFORE).split('\n').length}`
}
