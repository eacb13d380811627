import fc from 'fast-check'
import t from 'tap'
import { utcDate } from '../../src/domain/utc-date.ts'
import { holds } from '../properties.ts'

t.test(
  'a moment is written so that it can be read, with no zero at the end of its fraction',
  holds(
    fc.property(fc.date({ noInvalidDate: true }), fc.boolean(), (moment, fromText) => {
      const text = utcDate(fromText ? moment.toISOString() : moment.getTime())
      return new Date(text).getTime() === moment.getTime() && /T\d\d:\d\d:\d\d(\.\d*[1-9])?Z$/.test(text)
    }),
  ),
)
