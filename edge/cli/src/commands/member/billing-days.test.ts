import { expect, test } from 'vitest';
import { UsageError } from '../../terminal/usage-error.ts';
import { daysOf } from './billing-days.ts';

test.each([
  [{ month: '2026-05' }, { fromDay: '2026-05-01', untilDay: '2026-06-01' }],
  [{ month: '2026-12' }, { fromDay: '2026-12-01', untilDay: '2027-01-01' }],
  [
    { from: '2028-02-28', until: '2028-02-29' },
    { fromDay: '2028-02-28', untilDay: '2028-02-29' },
  ],
])('%j are days', (options, days) => expect(daysOf(options)).toEqual(days));

test.each([
  [{}],
  [{ month: '2026-13' }],
  [{ month: 'May' }],
  [{ from: '2026-02-29', until: '2026-03-01' }],
  [{ from: '2026-02-28' }],
])('%j are none', (options) => expect(() => daysOf(options)).toThrow(UsageError));
