import { expect, test } from 'vitest';
import { cosignedText, cosignedTitle } from './cosigned.ts';

test.each([
  [0, 'cosigned 0 s ago'],
  [59_999, 'cosigned 59 s ago'],
  [60_000, 'cosigned 1 min ago'],
  [3_599_999, 'cosigned 59 min ago'],
  [3_600_000, 'cosigned 1 h ago'],
  [86_400_000, 'cosigned 24 h ago'],
  [172_800_000, 'cosigned 2 days ago'],
])('%d ms: %s', (ageMs, words) => {
  expect(cosignedText(ageMs)).toBe(words);
});

test('who cosigned how much', () => {
  expect(cosignedTitle(12, ['one', 'two'])).toBe(
    'The first 12 blocks were seen and cosigned by one, two',
  );
});
