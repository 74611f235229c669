import type { Order } from '@commonwatt/mechanisms';
import { describe, expect, test } from 'vitest';
import type { Comparison } from '../reproduction.ts';
import { type BookKind, bookOf } from './books.ts';
import { reproduceTradeReduction } from './experiment.ts';
import { misreportsOf } from './lies.ts';

describe('a few books', () => {
  const { parts } = reproduceTradeReduction({
    sizes: [
      { orders: 10, books: 60 },
      { orders: 100, books: 6 },
      { orders: 1000, books: 2 },
    ],
    lies: [{ orders: 10, books: 6, liars: 10 }],
  });
  const rows: readonly Comparison[] = parts.flatMap(({ comparisons }) => comparisons);

  test('come out as the folder expects', () => {
    expect(rows.filter(({ found, expected }) => found !== expected)).toEqual([]);
    expect(rows.length).toBeGreaterThan(45);
  });

  test('without a large book nothing is said of many tied prices', () => {
    const small = reproduceTradeReduction({ sizes: [{ orders: 10, books: 9 }], lies: [] });
    const tied = small.parts.find(({ title }) => title === 'Many tied prices');
    expect(tied?.comparisons.map(({ found }) => found)).toEqual(['fails', 'fails', 'fails']);
  });
});

describe('books', () => {
  const limits = (kind: BookKind, orders: number) =>
    new Set(bookOf(kind, orders, 0).orders.map(({ limit }) => limit)).size;

  test('of one seed are the same, of another number others', () => {
    const drawn = (number: number): readonly Order[] => bookOf('fine', 20, number).orders;
    expect(drawn(1)).toEqual(drawn(1));
    expect(drawn(1)).not.toEqual(drawn(2));
  });

  test('have limits that all differ, that mostly differ, that are mostly tied', () => {
    expect(limits('unit', 500)).toBe(500);
    expect(limits('fine', 500)).toBeGreaterThan(400);
    expect(limits('coarse', 500)).toBe(30);
    expect(new Set(bookOf('unit', 500, 0).orders.map(({ energy }) => energy)).size).toBe(1);
  });
});

test('lies that pay are found where there are some, and only there', () => {
  const samples = [{ orders: 10, books: 3, liars: 10 }];
  expect(misreportsOf('uniform', 'unit', samples).gaining).toBeGreaterThan(5);
  expect(misreportsOf('muda', 'coarse', samples)).toMatchObject({ gaining: 0, most: 0 });
});
