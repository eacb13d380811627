import { html, page } from './html.ts'

/**
 * The page that tells somebody why they can't go on.
 *
 * @param code the error, by its name in the RFC
 */
export function errorPage(code: string, description: string | undefined): string {
  return page(
    'This did not work',
    html`<main><div class="card">
<p class="bad"><b>${code}</b></p>
<p>${description ?? 'There is no more to say.'}</p>
</div></main>`,
    'narrow',
  )
}
