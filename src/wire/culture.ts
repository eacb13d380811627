const texts = {
  userNotFound: {
    en: 'The user could not be found',
    de: 'Der Benutzer konnte nicht gefunden werden',
    fr: "Il est impossible de trouver l'utilisateur",
  },
  ipRestricted: {
    en: 'The access to the portal is restricted',
    de: 'Der Zugriff aufs Portal ist beschränkt',
    fr: "L'accès au portail est limité",
  },
} as const

/**
 * One of the few texts that the server translates. A language that isn't there reads English.
 *
 * @param culture `de`, `fr-CA` and the like
 */
export function localized(text: keyof typeof texts, culture: string): string {
  const language = culture.slice(0, 2).toLowerCase()
  const translations: Record<string, string> = texts[text]
  return translations[language] ?? texts[text].en
}
