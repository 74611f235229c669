import { expect, test } from 'vitest';
import { formatTable } from './table.ts';

test('columns are as wide as their widest cell, figures to the right', () => {
  const columns = [{ heading: 'member' }, { heading: 'Wh', align: 'right' as const }];
  expect(
    formatTable(columns, [
      ['Zoë', '9'],
      ['factory', '10000'],
    ]).split('\n'),
  ).toEqual(['member      Wh', '-------  -----', 'Zoë          9', 'factory  10000']);
});

test('a table without rows is its headings', () => {
  expect(formatTable([{ heading: 'trade' }], [])).toBe('trade\n-----');
});
