/** Whether a text may be shown as an e-mail: other texts in its place may be secrets. */
export function isEmailLike(text: string): boolean {
  return text.length <= 254 && /^[^\s@:]+@[^\s@:]+$/.test(text)
}
