import t from 'tap'
import { type Message, messageHtml, messageLinks, messageText } from '../../src/domain/message.ts'

const full: Message = {
  subject: 'A & B',
  paragraphs: ['Hello <script>alert(1)</script>,', 'Read this.'],
  button: { label: 'Do "it"', url: 'http://localhost/s/a?b=1&c="' },
  portalUrl: 'http://localhost:8092',
}
const bare: Message = { subject: 'S', paragraphs: [], button: null, portalUrl: '' }

t.test('as text', async (t) => {
  t.equal(
    messageText(full),
    'Hello <script>alert(1)</script>,\n\nRead this.\n\nDo "it": http://localhost/s/a?b=1&c="\n\n-- \nDocSpace, http://localhost:8092\n',
  )
  t.equal(messageText({ ...full, button: null }).includes('Do "it"'), false)
  t.equal(messageText(bare), '')
})

t.test('as HTML, in which what people chose is text', async (t) => {
  const html = messageHtml(full)
  t.match(html, '<title>A &amp; B</title>')
  t.match(html, '<p>Hello &lt;script&gt;alert(1)&lt;/script&gt;,</p>\n<p>Read this.</p>')
  t.match(html, 'href="http://localhost/s/a?b=1&amp;c=&quot;"')
  t.match(html, '>Do &quot;it&quot;</a>')
  t.notMatch(html, '<script')
  t.notMatch(messageHtml(bare), '<a ')
})

t.test('its links are those that stand in it', async (t) => {
  t.strictSame(messageLinks(full), ['http://localhost/s/a?b=1&c="', 'http://localhost:8092'])
  t.strictSame(messageLinks({ ...full, button: null }), ['http://localhost:8092'])
  t.strictSame(messageLinks(bare), [])
  for (const url of messageLinks(full)) t.ok(messageText(full).includes(url))
})
