import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EPOCH_MAX, epochOfOrigin, epochOrigin, FIRST_EPOCH } from './epoch-origin.ts';

test('the first epoch is the log of the name, each later one a log of its own', () => {
  expect(epochOrigin('commonwatt/street', 1)).toBe('commonwatt/street');
  expect(epochOrigin('commonwatt/street', 2)).toBe('commonwatt/street#epoch-2');
});

test('an origin is read back to the epoch it was made from', () => {
  fc.assert(
    fc.property(fc.string(), fc.integer({ min: FIRST_EPOCH, max: EPOCH_MAX }), (name, epoch) => {
      expect(epochOfOrigin(name, epochOrigin(name, epoch))).toBe(epoch);
    }),
  );
});

test.each([
  'commonwatt',
  'commonwatt/street#epoch-',
  'commonwatt/street#epoch-0',
  'commonwatt/street#epoch-1',
  'commonwatt/street#epoch-02',
  'commonwatt/street#epoch-2 ',
  'commonwatt/street#epoch-2#epoch-3',
  'commonwatt/street#epoch-1000000000',
  'commonwatt/street/#epoch-2',
  '',
])('%j names no epoch of the ledger', (origin) => {
  expect(epochOfOrigin('commonwatt/street', origin)).toBeUndefined();
});

test.each([0, -1, 1.5, EPOCH_MAX + 1, Number.NaN])('%d is no epoch', (epoch) => {
  expect(() => epochOrigin('x', epoch)).toThrow(RangeError);
});
