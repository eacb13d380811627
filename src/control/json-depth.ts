/** How deep JSON may be: deeper is nobody's, and what looks into it would take all of the stack. */
export const DEEPEST = 100

/** Whether a value of JSON has no more levels than so many. */
export function isShallow(value: unknown, levels = DEEPEST): boolean {
  if (typeof value !== 'object' || value === null) return true
  return levels > 0 && Object.values(value).every((member) => isShallow(member, levels - 1))
}
