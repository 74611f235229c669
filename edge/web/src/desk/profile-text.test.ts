import { BUILT_IN_PROFILE_TEXTS, readProfile } from '@commonwatt/client/import';
import { expect, test } from 'vitest';
import { hasPlaceFor, PROFILE_FIELDS, withField } from './profile-text.ts';

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
