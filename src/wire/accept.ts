const offered: Readonly<Record<string, string>> = {
  'application/json': 'application/json',
  'application/*': 'application/json',
  'text/json': 'text/json',
  'text/*': 'text/json',
}

const JSON_RANGE = /^(application|text)\/([^,;]+\+)?json$/

const PAGE_RANGE = /^(text\/html|application\/xhtml\+xml|text\/\*|\*\/\*)$/

/**
 * The content type of a success. Only JSON is to be had: `text/json` where the Accept header prefers it, else
 * `application/json`, whatever was asked for.
 */
export function jsonContentType(accept: string | undefined): string {
  // the usual headers don't even name it
  const ranges = accept !== undefined && /text\//i.test(accept) ? mediaRanges(accept) : []
  const wanted = ranges.find((range) => Object.hasOwn(offered, range)) ?? 'application/json'
  return `${offered[wanted]}; charset=utf-8`
}

/** Whether an Accept header names JSON and not plain text: then a bare text is sent as a JSON string. */
export function wantsJsonText(accept: string | undefined): boolean {
  const ranges = mediaRanges(accept ?? '')
  return ranges.includes('application/json') && !ranges.includes('text/plain')
}

/** Whether a client asks for JSON: its Accept header names that, and nothing that a page could be. */
export function asksForJson(accept: string | undefined): boolean {
  const ranges = readRanges(accept ?? '').filter(({ quality }) => quality > 0)
  return ranges.some(({ range }) => JSON_RANGE.test(range)) && !ranges.some(({ range }) => PAGE_RANGE.test(range))
}

/** What an Accept header names, the most wanted first. One that would take anything counts as naming nothing. */
function mediaRanges(accept: string): string[] {
  const ranges = readRanges(accept)
  if (ranges.some(({ range }) => range === '*/*')) return []
  return ranges
    .filter(({ quality }) => quality > 0)
    .toSorted((a, b) => b.quality - a.quality)
    .map(({ range }) => range)
}

function readRanges(accept: string): { range: string; quality: number }[] {
  return accept.split(',').map((entry) => {
    const [range = '', ...parameters] = entry
      .toLowerCase()
      .split(';')
      .map((part) => part.trim())
    const quality = parameters.find((parameter) => parameter.startsWith('q='))?.slice('q='.length) ?? '1'
    return { range, quality: Number.parseFloat(quality) || 0 }
  })
}
