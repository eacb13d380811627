import { createHash } from 'node:crypto'
import { Html, html } from '../domain/html.ts'

export { Html, html }

/** Text on one line that a click copies whole, however little of it there is room for. */
export function copyable(text: string): Html {
  return html`<code class="copy" tabindex="0" role="button" title="Click to copy">${text}</code>`
}

const STYLE = new Html(`
  :root {
    color-scheme: light dark;
    --back: #f6f7f9; --card: #fff; --line: #dfe3e8; --text: #1c2126; --soft: #5b6570; --code: #eef1f4; --link: #1a56c4;
    --good: #14713a; --bad: #b3261e;
  }
  @media (prefers-color-scheme: dark) {
    :root {
      --back: #14171a; --card: #1d2125; --line: #343b42; --text: #e4e7ea; --soft: #9aa4ae; --code: #282e34;
      --link: #8ab4f8; --good: #6fd08c; --bad: #ff9a90;
    }
  }
  * { box-sizing: border-box }
  body { margin: 0 auto; max-width: 80rem; padding: 1.5rem; background: var(--back); color: var(--text);
    font: 15px/1.5 system-ui, sans-serif }
  h1 { font-size: 1.6rem; margin: 0 0 .25rem } h2 { font-size: 1.1rem; margin: 2rem 0 .75rem }
  p { margin: .25rem 0 } a { color: var(--link) }
  nav { display: flex; flex-wrap: wrap; gap: 1.25rem; margin: .75rem 0 }
  code { font: 13px/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace }
  .soft { color: var(--soft) } .good { color: var(--good) } .bad { color: var(--bad) }
  .card { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: .9rem 1.1rem; min-width: 0 }
  .cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(34rem, 100%), 1fr)); gap: 1rem }
  .card h3 { font-size: 1rem; margin: 0 0 .5rem }
  dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: .3rem .9rem; align-items: baseline; margin: 0 }
  dt { color: var(--soft) } dd { margin: 0; min-width: 0 }
  .copy { display: inline-block; max-width: 100%; overflow: hidden; text-overflow: ellipsis; white-space: nowrap;
    vertical-align: bottom; background: var(--code); border-radius: 5px; padding: .1rem .45rem; cursor: copy; user-select: all }
  .copy:hover, .copy:focus { outline: 1px solid var(--link) }
  .copied { outline: 2px solid var(--good) !important }
  body.narrow { max-width: 37rem }
  .narrow .card { margin-top: 1rem } ul { margin: .5rem 0; padding-left: 1.25rem }
  .values { overflow-wrap: anywhere }
  button, input { font: inherit; color: inherit; border: 1px solid var(--line); border-radius: 8px; padding: .5rem .8rem }
  input { background: var(--back); min-width: 0; flex: 1 }
  button { background: var(--code); cursor: pointer } button:hover, button:focus-visible { border-color: var(--link) }
  button.main { background: var(--link); border-color: var(--link); color: var(--card); font-weight: 600 }
  .people { display: grid; gap: .5rem } .people button { text-align: left; display: flex; flex-wrap: wrap;
    justify-content: space-between; gap: 0 1rem; background: var(--card) }
  .people button.hinted { border: 2px solid var(--link) } .people b { overflow-wrap: anywhere }
  .row { display: flex; flex-wrap: wrap; gap: .6rem; margin-top: .9rem }
`)

/** Copies what is clicked; a browser without a clipboard, as on plain HTTP, has it selected and says so to its user. */
const SCRIPT = new Html(`
  const copy = async (element) => {
    getSelection().selectAllChildren(element)
    const text = element.textContent
    const done = navigator.clipboard ? await navigator.clipboard.writeText(text).then(() => true, () => false) : false
    if (!done && !document.execCommand('copy')) return
    element.classList.add('copied')
    setTimeout(() => element.classList.remove('copied'), 800)
  }
  addEventListener('click', ({ target }) => { if (target.matches('.copy')) copy(target) })
  addEventListener('keydown', ({ key, target }) => { if (key === 'Enter' && target.matches('.copy')) copy(target) })
`)

let policy: string | undefined

/** The Content-Security-Policy of a page: it loads nothing, and uses only its inline script and style. */
export function contentSecurityPolicy(): string {
  // pages with forms have no `form-action`: browsers would apply it to the redirect to the client
  policy ??= [
    "default-src 'none'",
    `script-src '${hashOf(SCRIPT)}'`,
    `style-src '${hashOf(STYLE)}'`,
    'img-src data:',
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ')
  return policy
}

function hashOf({ text }: Html): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`
}

/**
 * A whole page. It needs nothing from elsewhere.
 *
 * @param width `narrow` for a page with little on it
 */
export function page(title: string, body: Html, width: 'wide' | 'narrow' = 'wide'): string {
  return html`<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<link rel="icon" href="data:,">
<style>${STYLE}</style>
<body class="${width}">
<h1>${title}</h1>
${body}
<script>${SCRIPT}</script>
</html>
`.text
}
