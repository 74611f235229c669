import { energy, money, price } from '@commonwatt/units';
import { describe, expect, test } from 'vitest';
import { defineAuction, defineSharing } from './define.ts';
import { wholeAt } from './field.ts';
import type { Call } from './mechanism.ts';
import { clearingOf, openBook, tradesOf } from './open-book.ts';
import { ask, bid, lotsLikeIds as lots } from './testing/book.ts';

const LINE = { version: 1, source: 'None', rule: 'None', ties: 'None', properties: [] } as const;

/** Everything at one price, whoever can. */
const fixed = defineAuction({
  ...LINE,
  name: 'fixed',
  settings: [{ name: 'at', meaning: 'The price.', form: 'integer', fallback: 20n }],
  columns: [
    { name: 'time', meaning: 'When.', form: 'integer', required: true },
    { name: 'kind', meaning: 'Of energy.', form: 'choice', choices: ['sun', 'wind'] },
  ],
  tables: [
    {
      name: 'tariffs',
      meaning: 'One row.',
      required: true,
      columns: [{ name: 'fee', meaning: 'A fee.', form: 'price', required: true }],
    },
  ],
  refuseMore: ({ settings }) =>
    wholeAt(settings, 'at') === 13n ? { code: 'unlucky_price' } : undefined,
  clear(call) {
    const { standing, bids, asks } = openBook(call);
    const at = price(wholeAt(call.settings, 'at'));
    const filled = [bids, asks].map((side) => side.map((line) => ({ line, energy: line.energy })));
    const trades = tradesOf(filled[0] ?? [], filled[1] ?? [], () => ({
      buyerPrice: at,
      sellerPrice: price(at - 1n),
    }));
    return clearingOf(standing, { trades, price: at });
  },
});

const at = (time: number, kind?: string) => ({ time, ...(kind && { extra: { kind } }) });
const orders = [
  { ...bid('b', 30n, 5n), ...at(1, 'sun') },
  { ...ask('a', 10n, 3n), ...at(2) },
  { ...ask('own', 10n, 1n, 'b'), ...at(2) },
];
const call: Call = { orders, lots, settings: {}, tables: { tariffs: [{ fee: 1n }] } };

test('fallbacks are filled in; own crossing energy is out; the outcome adds up', () => {
  expect(fixed.refuse(call)).toBeUndefined();
  const cleared = fixed.clear(call);
  expect(cleared.trades).toEqual([
    { bid: 'b', ask: 'a', buyer: 'b', seller: 'a', energy: 3n, buyerPrice: 20n, sellerPrice: 19n },
  ]);
  expect(cleared).toMatchObject({ volume: 3n, welfare: 60n, surplus: 3n });
  expect([...cleared.payments]).toEqual([
    ['b', 60n],
    ['a', -57n],
  ]);
  expect(cleared.unmatched).toEqual([
    { id: 'b', energy: 2n },
    { id: 'own', energy: 1n },
  ]);
});

describe('is refused for', () => {
  test.each<[string, Partial<Call>, string]>([
    ['an unknown setting', { settings: { of: 1n } }, 'setting_unknown'],
    ['a setting of another form', { settings: { at: 'high' } }, 'setting_out_of_range'],
    ['settings that do not hang together', { settings: { at: 13n } }, 'unlucky_price'],
    ['a missing time', { orders: [bid('b', 1n, 1n)] }, 'column_missing'],
    ['a wrong cell', { orders: [{ ...bid('b', 1n, 1n), ...at(1, 'coal') }] }, 'column_refused'],
    ['a missing table', { tables: {} }, 'table_missing'],
    ['a wrong row', { tables: { tariffs: [{}] } }, 'table_refused'],
    ['an order twice', { orders: [...orders, ...orders] }, 'duplicate_order'],
  ])('%s', (_name, fault, code) => {
    expect(fixed.refuse({ ...call, ...fault })).toMatchObject({ code });
    expect(() => fixed.clear({ ...call, ...fault })).toThrow(
      `fixed: expected a call that can be cleared, got ${code}`,
    );
  });
});

test('columns of other mechanisms do no harm', () => {
  const foreign = [{ ...bid('b', 30n, 5n), time: 1, extra: { region: 'x' } }];
  expect(fixed.refuse({ ...call, orders: foreign })).toBeUndefined();
});

test('a rule of sharing is checked the same way, and so is what it asks of a solver', () => {
  const nothing = defineSharing({
    ...LINE,
    name: 'nothing',
    settings: [],
    problem: () => ({ variables: [], constraints: [] }),
    share: () => ({ shares: [], residual: 0n, surplus: money(0n), volume: energy(0n) }),
  });
  expect(nothing.kind).toBe('sharing');
  expect(nothing.problem?.(call)).toEqual({ variables: [], constraints: [] });
  expect(() => nothing.share({ ...call, settings: { x: 1n } })).toThrow('setting_unknown');
  expect(() => nothing.problem?.({ ...call, settings: { x: 1n } })).toThrow('setting_unknown');
  const least = [{ ...bid('b', 30n, 5n), least: energy(2n) }];
  const plain = defineSharing({ ...LINE, name: 'plain', settings: [], share: nothing.share });
  expect(plain.refuse({ ...call, orders: least })).toEqual({
    code: 'minimum_unsupported',
    id: 'b',
  });
  expect(plain.refuse(call)).toBeUndefined();
  expect(nothing.refuse({ ...call, orders: least })).toMatchObject({ code: 'minimum_unsupported' });
});
