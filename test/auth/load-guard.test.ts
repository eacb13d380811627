import { join, relative } from 'node:path'
import t from 'tap'
import { loadGuard } from '../../src/auth/load-guard.ts'

const guard = "{ name: 'Mine', securityScheme: { type: 'http', scheme: 'mine' }, authenticate: () => null }"

t.test('loads the guard that a module exports', async (t) => {
  const file = join(t.testdir({ 'mine.mjs': `export default ${guard}` }), 'mine.mjs')

  for (const path of [file, relative(process.cwd(), file)]) {
    t.match(await loadGuard(path), { name: 'Mine', securityScheme: { scheme: 'mine' }, authenticate: Function }, path)
  }
})

t.test('names the file that holds none', async (t) => {
  const cases: Record<string, [module: string, reason: RegExp]> = {
    'nothing.mjs': ['', /its default export is not a guard/],
    'null.mjs': ['export default null', /its default export is not a guard/],
    'function.mjs': ['export default () => null', /its default export is not a guard/],
    'nameless.mjs': [`export default { ...${guard}, name: undefined }`, /its default export is not a guard/],
    'undescribed.mjs': [`export default { ...${guard}, securityScheme: null }`, /its default export is not a guard/],
    'mute.mjs': [`export default { ...${guard}, authenticate: 'yes' }`, /its default export is not a guard/],
    'named.mjs': [`export const guard = ${guard}`, /its default export is not a guard/],
    'broken.mjs': ['export default {', /can't be loaded \(.*\)\. Check --auth\.$/],
    'throwing.mjs': ["throw new Error('no licence')", /can't be loaded \(no licence\)\. Check --auth\.$/],
  }
  const directory = t.testdir(Object.fromEntries(Object.entries(cases).map(([name, [module]]) => [name, module])))
  for (const [name, [, reason]] of Object.entries(cases)) {
    const file = join(directory, name)
    const error: Error = await loadGuard(file).then(
      () => new Error('nothing was refused'),
      (error) => error,
    )
    t.equal(error.name, 'GuardModuleError', name)
    t.equal(error.message.slice(0, file.length + 2), `${file}: `)
    t.match(error.message, reason)
  }
  await t.rejects(loadGuard(join(directory, 'missing.mjs')), { message: /can't be loaded/ })
})
