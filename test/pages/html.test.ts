import t from 'tap'
import { copyable, Html, html, page } from '../../src/pages/html.ts'

const nasty = `<script>alert("a" & 'b')</script>`
const escaped = '&lt;script&gt;alert(&quot;a&quot; &amp; &#39;b&#39;)&lt;/script&gt;'

t.test('values are escaped, HTML is not, lists are joined', async (t) => {
  t.equal(html`<p title="${nasty}">${nasty}</p>`.text, `<p title="${escaped}">${escaped}</p>`)
  t.equal(html`<b>${html`<i>${1}</i>`}</b>`.text, '<b><i>1</i></b>')
  t.equal(html`${['<', '>'].map((text) => html`<p>${text}`)}`.text, '<p>&lt;<p>&gt;')
  t.equal(html`${new Html(nasty)}`.text, nasty)
  t.equal(html`a\\b${'\\n$1'}`.text, 'a\\\\b\\n$1', 'backslashes and dollars are as they stand')
})

t.test('a page is whole, and its title is escaped', async (t) => {
  const text = page(nasty, html`<p>${nasty}`)
  t.match(text, /^<!doctype html>\n<html lang="en">\n/)
  t.ok(text.includes(`<title>${escaped}</title>`))
  t.ok(text.includes(`<h1>${escaped}</h1>\n<p>${escaped}`))
  t.notOk(text.includes(nasty))
})

t.test('what can be copied is escaped', async (t) => {
  t.ok(copyable(nasty).text.includes(`>${escaped}</code>`))
})
