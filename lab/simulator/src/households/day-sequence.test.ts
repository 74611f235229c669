import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DaySequence, SLOT_INDEX_MAX, SLOTS_PER_DAY } from './day-sequence.ts';

/** Each value is the sum of all slot indices up to it, so that it needs every one before. */
function sums() {
  let daysMade = 0;
  const sequence = new DaySequence(0, (sum: number, firstSlotIndex) => {
    daysMade += 1;
    let state = sum;
    const values = Array.from({ length: SLOTS_PER_DAY }, (_, i) => {
      state += firstSlotIndex + i;
      return state;
    });
    return { values, state };
  });
  return { sequence, daysMade: () => daysMade };
}

describe('a sequence by days', () => {
  test('answers the same in whatever order it is asked', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(5000), { maxLength: 20 }), (indices) => {
        const { sequence } = sums();
        for (const index of indices) expect(sequence.at(index)).toBe((index * (index + 1)) / 2);
      }),
    );
  });

  test('walks without making a day twice', () => {
    const { sequence, daysMade } = sums();
    for (let index = 0; index < 10 * SLOTS_PER_DAY; index += 1) sequence.at(index);
    expect(daysMade()).toBe(10);
  });

  test('refuses what is no slot', () => {
    const { sequence } = sums();
    for (const index of [-1, 0.5, SLOT_INDEX_MAX + 1, Number.NaN]) {
      expect(() => sequence.at(index)).toThrow(`expected 0 to ${SLOT_INDEX_MAX}, got ${index}`);
    }
  });
});
