import { percentDecode } from '../../wire/percent.ts'

/**
 * Reads a pattern of paths: `*` and `{…}` stand for one segment, `**` at the end for all that follow, none included. One
 * slash at the end is ignored, and so is letter case.
 *
 * @returns whether a path fits
 */
export function pathPattern(pattern: string): (path: string) => boolean {
  const segments = segmentsOf(pattern)
  const isOpen = segments.at(-1) === '**'
  const wanted = isOpen ? segments.slice(0, -1) : segments
  return (path) => {
    const given = segmentsOf(path)
    if (isOpen ? given.length < wanted.length : given.length !== wanted.length) return false
    return wanted.every((segment, i) => isAnySegment(segment) || segment === given[i])
  }
}

function segmentsOf(path: string): string[] {
  const segments = path.toLowerCase().split('/').slice(1)
  if (segments.at(-1) === '') segments.pop()
  return segments.map(percentDecode)
}

function isAnySegment(segment: string): boolean {
  return segment === '*' || (segment.startsWith('{') && segment.endsWith('}'))
}
