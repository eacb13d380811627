import fc from 'fast-check'
import t from 'tap'
import { jsonContentType, wantsJsonText } from '../../src/wire/accept.ts'
import { anyText, holds } from '../properties.ts'

const JSON_TYPE = 'application/json; charset=utf-8'
const TEXT_TYPE = 'text/json; charset=utf-8'

const range = fc.constantFrom(
  'application/json',
  'application/*',
  'text/json',
  'text/*',
  'text/plain',
  'image/png',
  '*/*',
)
const ranges = fc.array(fc.tuple(range, fc.nat(10)), { minLength: 1, maxLength: 4 })

/** Writes an Accept header, of which the qualities are tenths. */
function written(ranges: readonly [range: string, quality: number][]): string {
  return ranges.map(([range, quality]) => `${range}; q=${quality / 10}`).join(', ')
}

t.test(
  'the most wanted of what there is wins; anything at all means JSON',
  holds(
    fc.property(ranges, (ranges) => {
      const offered = ranges.filter(([range, quality]) => quality > 0 && /^(application|text)\/(json|\*)$/.test(range))
      const highest = Math.max(...offered.map(([, quality]) => quality))
      const [best] = offered.filter(([, quality]) => quality === highest)
      const isText = !ranges.some(([range]) => range === '*/*') && best?.[0].startsWith('text/') === true
      return jsonContentType(written(ranges)) === (isText ? TEXT_TYPE : JSON_TYPE)
    }),
  ),
)

t.test(
  'a text is sent as JSON where that is named, and plain text isn’t',
  holds(
    fc.property(ranges, (ranges) => {
      const names = ranges.filter(([, quality]) => quality > 0).map(([range]) => range)
      const isJson = names.includes('application/json') && !names.includes('text/plain')
      return wantsJsonText(written(ranges)) === (isJson && !ranges.some(([range]) => range === '*/*'))
    }),
  ),
)

t.test(
  'no header is an exception, nor another type',
  holds(
    fc.property(
      fc.oneof(anyText, fc.string({ unit: fc.constantFrom('text/', 'json', '*', ';q=', '0', '.', '1', ',', ' ') })),
      (header) =>
        [JSON_TYPE, TEXT_TYPE].includes(jsonContentType(header)) && typeof wantsJsonText(header) === 'boolean',
    ),
  ),
)
