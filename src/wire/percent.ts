/**
 * Decodes percent-encoded UTF-8. What is no valid encoding stays as it is, byte by byte, instead of being an error.
 */
export function percentDecode(text: string): string {
  if (!text.includes('%')) return text
  return text.replace(/(?:%[0-9a-f]{2})+/gi, decodeRun)
}

function decodeRun(run: string): string {
  try {
    return decodeURIComponent(run)
  } catch {
    return decodePieces(run)
  }
}

/** Decodes what can be decoded of a run of escapes that isn't valid as a whole. */
function decodePieces(run: string): string {
  let decoded = ''
  for (let at = 0; at < run.length; ) {
    const length = [3, 6, 9, 12].find((size) => isCharacter(run.slice(at, at + size))) ?? 0
    decoded += length === 0 ? run.slice(at, at + 3) : decodeURIComponent(run.slice(at, at + length))
    at += length || 3
  }
  return decoded
}

function isCharacter(escapes: string): boolean {
  try {
    return [...decodeURIComponent(escapes)].length === 1
  } catch {
    return false
  }
}
