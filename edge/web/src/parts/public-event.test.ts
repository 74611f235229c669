import { expect, test } from 'vitest';
import { accountsText } from './public-event.tsx';

test('what went to the community’s own accounts is named, each with its money', () => {
  const postings = [
    { account: 'spread', amount: '432200000' },
    { account: 'reserves', amount: '-1' },
  ];
  expect(accountsText(postings, 'EUR')).toBe(
    'between buyers’ and sellers’ prices: 0.4322\u202fEUR; reserves: 0.0000\u202fEUR',
  );
  expect(accountsText([], 'EUR')).toBe('none');
});
