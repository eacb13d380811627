import t from 'tap'
import { localized } from '../../src/wire/culture.ts'

t.test('speaks English, German and French (facts §1.11)', async (t) => {
  const english = ['The user could not be found', 'The access to the portal is restricted']
  const german = ['Der Benutzer konnte nicht gefunden werden', 'Der Zugriff aufs Portal ist beschränkt']
  const french = ["Il est impossible de trouver l'utilisateur", "L'accès au portail est limité"]
  const cases: Record<string, string[]> = {
    en: english,
    'en-US': english,
    de: german,
    'de-AT': german,
    DE: german,
    fr: french,
    'fr-CA': french,
    es: english,
    'zh-CN': english,
    '': english,
  }
  for (const [culture, texts] of Object.entries(cases)) {
    t.strictSame([localized('userNotFound', culture), localized('ipRestricted', culture)], texts, culture)
  }
})
