import { expect, test } from 'vitest';
import { differenceIn } from './difference.ts';

test('a field of a bill that was computed otherwise is told with both values', () => {
  expect(differenceIn('bills[0]: RE-0001.lines[2].netCents: expected -120, got -130')).toEqual({
    number: 'RE-0001',
    field: 'lines[2].netCents',
    computed: '-120',
    stated: '-130',
  });
});

test.each([
  'bills[0]: RE-0001 stands twice',
  'bills[0].text: expected its canonical form',
  'blocks[3].height: expected above 4, got 4',
])('%s is no difference of a computed bill', (detail) => {
  expect(differenceIn(detail)).toBeUndefined();
});
