import { expect, test } from 'vitest';
import { type Contract, lawHolds } from './contract-tables.tsx';

function contractOf(amounts: Partial<Contract['amounts']>, paid = false): Contract {
  const whole = {
    energy: '10',
    injected: '11',
    buyerPays: '100',
    sellerGets: '80',
    transmission: '15',
    fees: '5',
    certificate: '3',
    ...amounts,
  };
  return { amounts: whole, paid: paid ? { ...whole, buyerPays: '99' } : null } as Contract;
}

test('what buyers pay is what the others get', () => {
  expect(lawHolds([])).toBe(true);
  expect(lawHolds([contractOf({}), contractOf({ buyerPays: '7', sellerGets: '-13' })])).toBe(true);
  expect(lawHolds([contractOf({ fees: '6' })])).toBe(false);
});

test('what was paid counts, once it was', () => {
  expect(lawHolds([contractOf({}, true)])).toBe(false);
});
