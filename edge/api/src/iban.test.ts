import { expect, test } from 'vitest';
import { readIban } from './iban.ts';

test.each([
  'AT61 1904 3002 3457 3201',
  'DE89370400440532013000',
  'gb29 nwbk 6016 1331 9268 19',
  'NO93 8601 1117 947',
])('%s is an account number', (text) => {
  expect(readIban(text)).toBe(text.replaceAll(' ', '').toUpperCase());
});

test.each([
  '',
  'AT61',
  'AT61190430023457320',
  'AT61-1904-3002-3457-3201',
  'AT00190430023457320100000000000000000',
])('%s is none', (text) => expect(readIban(text)).toBeUndefined());

test('every slip of one digit, and every swap of two neighbours, is noticed', () => {
  const iban = 'AT611904300234573201';
  for (let at = 2; at < iban.length; at++) {
    for (const digit of '0123456789') {
      if (digit === iban[at]) continue;
      const slipped = iban.slice(0, at) + digit + iban.slice(at + 1);
      expect(readIban(slipped), slipped).toBeUndefined();
    }
    const next = iban[at + 1];
    if (next === undefined || next === iban[at]) continue;
    const swapped = iban.slice(0, at) + next + iban[at] + iban.slice(at + 2);
    expect(readIban(swapped), swapped).toBeUndefined();
  }
});
