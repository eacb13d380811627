import { readFile } from 'node:fs/promises'
import t from 'tap'
import { generatedFiles } from '../../openapi/generate.ts'

t.test('the committed files are those that `npm run generate` writes', async (t) => {
  const files = await generatedFiles()
  t.equal(files.length, 3)
  for (const { url, text } of files)
    t.equal(await readFile(url, 'utf8'), text, url.pathname.slice(url.pathname.lastIndexOf('/') + 1))
})
