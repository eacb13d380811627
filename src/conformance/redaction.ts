/** Puts `{{names}}` in the place of secrets, wherever they stand in a text. */
export type Redact = (text: string) => string

/** Parts of answers that let whoever has them in, though nobody knew them before: links that invite, tokens, keys. */
const HANDED_OUT: [pattern: RegExp, replacement: string][] = [
  [/(\/s\/)[\w-]{15}\b/g, '$1{{short link}}'],
  [/(\/confirm\/[^\s"]*[?&]key=)[^&\s"]+/g, '$1{{key}}'],
  [/\beyJ[\w-]+\.eyJ[\w-]+\.[\w-]+/g, '{{JSON Web Token}}'],
  // hidden ones of lists, too; not what has a name already
  [/("client_secret": ?")[^"<{]{20,}/g, '$1{{client secret}}'],
  [/sk-[0-9a-f]{64}(?![0-9a-f])/g, '{{API key}}'],
  [/(asc_auth_key=|"token": ?")[\w%+/=.-]{20,}/g, '$1{{token}}'],
]

/**
 * @param secrets values by the names that are to stand in their places
 */
export function redaction(secrets: Iterable<readonly [name: string, value: string]>): Redact {
  const spellings = [...secrets].flatMap(([name, value]) =>
    [value, encodeURIComponent(value), encodeURI(value), JSON.stringify(value).slice(1, -1)].map(
      (spelling) => [spelling, `{{${name}}}`] as const,
    ),
  )
  // a secret may be the beginning of another
  const longestFirst = new Map(spellings.sort(([a], [b]) => b.length - a.length))
  return (text) => {
    let redacted = text
    for (const [secret, name] of longestFirst) if (secret !== '') redacted = redacted.replaceAll(secret, name)
    return HANDED_OUT.reduce((result, [pattern, replacement]) => result.replace(pattern, replacement), redacted)
  }
}
