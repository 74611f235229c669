import { BUILT_IN_PROFILE_TEXTS, readProfile } from '@commonwatt/client/import';
import { expect, test } from 'vitest';
import { fieldIn, hasPlaceFor, PROFILE_FIELDS, withField } from './profile-text.ts';

const values = {
  zone: 'Europe/Vienna',
  label: 'end',
  intervalMinutes: '5',
  decimalSign: ',',
  delimiter: '\t',
} as const;

test.each([...BUILT_IN_PROFILE_TEXTS])('every field of %s can be set', (_name, text) => {
  let changed = text;
  for (const field of PROFILE_FIELDS) {
    expect(hasPlaceFor(changed, field)).toBe(true);
    changed = withField(changed, field, values[field]);
  }
  const { time, decimals, delimiter } = readProfile(changed, 'changed');
  const { zone, label, intervalMinutes } = time;
  expect({ zone, label, intervalMinutes: `${intervalMinutes}`, delimiter }).toEqual({
    zone: values.zone,
    label: values.label,
    intervalMinutes: values.intervalMinutes,
    delimiter: values.delimiter,
  });
  expect(decimals.decimalSign).toBe(values.decimalSign);
  const before = readProfile(text, 'before');
  expect(readProfile(changed, 'changed').columns).toEqual(before.columns);
});

test('the days of a typical day can be set one after the other', () => {
  const text = BUILT_IN_PROFILE_TEXTS.get('grid-singularity-day') ?? '';
  expect(fieldIn(text, 'firstDay')).toBeUndefined();
  const first = withField(text, 'firstDay', '2025-05-01');
  expect(fieldIn(first, 'firstDay')).toBe('2025-05-01');
  const both = withField(first, 'lastDay', '2025-05-31');
  const { days } = readProfile(both, 'changed').time;
  expect(days).toEqual({ firstMs: Date.UTC(2025, 4, 1), lastMs: Date.UTC(2025, 4, 31) });
  expect(fieldIn(both, 'zone')).toBe('Europe/Berlin');
});
