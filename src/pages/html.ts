const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

/** Text that is HTML already. */
export class Html {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

/** Writes HTML. Values are escaped, but for those that are HTML themselves; lists are joined. */
export function html(strings: TemplateStringsArray, ...values: (string | number | Html | Html[])[]): Html {
  return new Html(String.raw({ raw: strings.raw }, ...values.map(toHtml)))
}

/** A whole page. */
export function page(title: string, body: Html): string {
  const styled = html`<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>
  body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 72rem; padding: 0 1rem; color: #222 }
  table { border-collapse: collapse; width: 100% }
  th, td { text-align: left; vertical-align: top; padding: .4rem .8rem .4rem 0; border-bottom: 1px solid #ddd }
  code { font: 13px/1.4 ui-monospace, monospace; overflow-wrap: anywhere; user-select: all }
  .wide { display: block; max-height: 4.2em; overflow: auto }
  @media (prefers-color-scheme: dark) { body { background: #161616; color: #ddd } a { color: #8ab4f8 } th, td { border-color: #333 } }
</style>
<h1>${title}</h1>
${body}
</html>
`
  return styled.text
}

function toHtml(value: string | number | Html | Html[]): string {
  if (value instanceof Html) return value.text
  if (Array.isArray(value)) return value.map((part) => part.text).join('')
  return String(value).replace(/[&<>"']/g, (character) => entities[character] ?? character)
}
