import { type Html, html, page } from './html.ts'

/** Values that explain an error, and what they are. */
export interface ErrorDetail {
  name: string
  values: readonly string[]
}

/**
 * The page that explains a refusal.
 *
 * @param code the error code of RFC 6749
 */
export function errorPage(code: string, description: string | undefined, details: readonly ErrorDetail[] = []): string {
  return page(
    'This did not work',
    html`<main><div class="card">
<p class="bad"><b>${code}</b></p>
<p>${description ?? 'The server gives no further reason.'}</p>
${details.map(showDetail)}
</div></main>`,
    'narrow',
  )
}

function showDetail({ name, values }: ErrorDetail): Html {
  const shown = values.map((value) => html`<li><code>${value}</code>`)
  return html`<p class="soft">${name}</p>
<ul class="values">${shown.length > 0 ? shown : html`<li>none`}</ul>`
}
