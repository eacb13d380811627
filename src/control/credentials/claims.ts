/** Claims as {@link mintAccessToken} takes them: JSON has no `undefined`, and says `null` to leave one out. */
export function withoutNull(claims: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(claims).map(([name, value]) => [name, value ?? undefined]))
}
