import { energy, price } from '@commonwatt/units';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { uniform } from './auctions/uniform.ts';
import type { ClearingClaim, LinesCall, MarkedLine } from './clear-lines.ts';
import { checkClearing, clearLines } from './clear-lines.ts';
import type { Values } from './field.ts';
import type { AuctionMechanism } from './mechanism.ts';
import type { Line, Order, Side } from './order.ts';
import { MECHANISMS } from './registry.ts';
import { line, lotsLikeIds } from './testing/book.ts';
import { clearUniformPrice } from './uniform-price.ts';

const LINES: readonly Line[] = [
  line('0b', 'buy', 30n, 6n),
  line('0c', 'buy', 20n, 6n),
  line('0a', 'sell', 10n, 9n),
  line('0d', 'sell', 25n, 9n),
];
const { price: agreed, volume, fills } = clearLines(LINES);
const TRUE_CLAIM: ClearingClaim = { price: agreed, volume, fills };

/** A call by the uniform price. */
function byPrice(lines: readonly MarkedLine[], settings: Values = {}): LinesCall {
  return { mechanism: uniform, lines, settings };
}

test('lines alone give price, volume, fills and pairs', () => {
  expect(clearLines(LINES)).toMatchObject({
    price: 20n,
    volume: 9n,
    fills: [
      { lot: '0b', side: 'buy', energy: 6n },
      { lot: '0c', side: 'buy', energy: 3n },
      { lot: '0a', side: 'sell', energy: 9n },
    ],
    trades: [
      { bid: '0b', ask: '0a', energy: 6n },
      { bid: '0c', ask: '0a', energy: 3n },
    ],
  });
});

const orders: fc.Arbitrary<Order[]> = fc.uniqueArray(
  fc.record({
    id: fc.string({ minLength: 1, maxLength: 3, unit: 'grapheme-ascii' }),
    member: fc.constantFrom('ana', 'bo', 'cleo', 'dan'),
    side: fc.constantFrom<Side>('buy', 'sell'),
    limit: fc.bigInt({ min: -6n, max: 6n }).map(price),
    energy: fc.bigInt({ min: 0n, max: 9n }).map(energy),
  }),
  { selector: (order) => order.id, maxLength: 12 },
);

test('the lines of a call, self-trades taken out, give the outcome of the call', () => {
  let traded = 0;
  fc.assert(
    fc.property(orders, fc.boolean(), (given, collared) => {
      const collar = collared ? { floor: price(-3n), ceiling: price(2n) } : undefined;
      const call = clearUniformPrice({ orders: given, lots: lotsLikeIds, collar });
      const lineFills = [...call.fills].map(([id, filled]) => ({
        lot: lotsLikeIds(id),
        energy: filled,
      }));
      const claim = { price: call.price, volume: call.volume, fills: lineFills };
      const verdict = checkClearing(byPrice(call.lines, collar), claim);
      expect(verdict.ok).toBe(true);
      if (!verdict.ok) return;
      const clearing = clearLines(call.lines, { collar });
      expect(verdict.clearing?.welfare).toBe(call.welfare);
      expect(clearing.welfare).toBe(call.welfare);
      expect(clearing.trades).toEqual(
        call.trades.map(({ bid, ask, energy: amount }) => ({
          bid: lotsLikeIds(bid),
          ask: lotsLikeIds(ask),
          energy: amount,
        })),
      );
      if (call.volume > 0n) traded += 1;
    }),
    { numRuns: 500 },
  );
  expect(traded).toBeGreaterThan(100);
});

test('the lines of a call stand by lot and name nobody', () => {
  const given: Order[] = [
    { id: 'z', member: 'zoe', side: 'buy', limit: price(1n), energy: energy(1n) },
    { id: 'a', member: 'ana', side: 'sell', limit: price(9n), energy: energy(1n) },
  ];
  const { lines } = clearUniformPrice({ orders: given, lots: lotsLikeIds });
  expect(lines).toEqual([line('61', 'sell', 9n, 1n), line('7a', 'buy', 1n, 1n)]);
});

describe('a claim', () => {
  const [first, ...others] = fills;
  if (first === undefined) throw new Error('the example fills nothing');

  test.each<[string, Partial<ClearingClaim>, string | undefined]>([
    ['as cleared', {}, undefined],
    ['with its fills in another order', { fills: [...fills].reverse() }, undefined],
    [
      'that names an empty fill',
      { fills: [...fills, { lot: '0d', energy: energy(0n) }] },
      undefined,
    ],
    ['of another price', { price: price(21n) }, 'price_differs'],
    ['of no price', { price: null }, 'price_differs'],
    ['of another volume', { volume: energy(8n) }, 'volume_differs'],
    ['that leaves a fill out', { fills: others }, 'fill_differs'],
    [
      'that moves a watt-hour',
      { fills: [{ lot: first.lot, energy: energy(first.energy - 1n) }, ...others] },
      'fill_differs',
    ],
    [
      'that fills a rejected line',
      { fills: [...fills, { lot: '0d', energy: energy(1n) }] },
      'fill_differs',
    ],
    [
      'that fills a stranger',
      { fills: [...fills, { lot: 'ff', energy: energy(1n) }] },
      'fill_differs',
    ],
    ['that fills twice', { fills: [...fills, first] }, 'fill_twice'],
  ])('%s', (_name, change, code) => {
    const verdict = checkClearing(byPrice(LINES), { ...TRUE_CLAIM, ...change });
    expect(verdict.ok ? undefined : verdict.code).toBe(code);
  });

  test('does not hold when a line, a tie lot or the rule is another', () => {
    const dearer = [line('0b', 'buy', 30n, 6n), line('0c', 'buy', 21n, 6n), ...LINES.slice(2)];
    expect(checkClearing(byPrice(dearer), TRUE_CLAIM).ok).toBe(false);
    const tied = (lot: string) => [
      line(lot, 'buy', 30n, 1n),
      line('55', 'buy', 30n, 1n),
      line('66', 'sell', 30n, 1n),
    ];
    const { fills: low, ...rest } = clearLines(tied('44'));
    expect(checkClearing(byPrice(tied('77')), { ...rest, fills: low })).toMatchObject({
      ok: false,
    });
    expect(checkClearing(byPrice(tied('77')), clearLines(tied('77'))).ok).toBe(true);
    const gap = [line('0b', 'buy', 30n, 6n), line('0a', 'sell', 10n, 6n)];
    const k = { numerator: 0n, denominator: 1n };
    expect(checkClearing(byPrice(gap, { k }), clearLines(gap))).toEqual({
      ok: false,
      code: 'price_differs',
      expected: 10n,
      claimed: 20n,
    });
  });

  test.each<[string, readonly Line[], string]>([
    ['doubled', [line('0a', 'buy', 1n, 1n), line('0a', 'sell', 1n, 1n)], 'duplicate_lot'],
    ['not hexadecimal', [line('0G', 'buy', 1n, 1n)], 'malformed_lot'],
    ['one letter beyond', [line('0g', 'buy', 1n, 1n)], 'malformed_lot'],
    ['too long', [line('0'.repeat(65), 'buy', 1n, 1n)], 'malformed_lot'],
    ['empty', [line('', 'buy', 1n, 1n)], 'malformed_lot'],
  ])('on lines whose lot is %s gets an answer, not an error', (_name, lines, code) => {
    expect(checkClearing(byPrice(lines), TRUE_CLAIM)).toMatchObject({
      ok: false,
      code: 'lines_refused',
      refusal: { code },
    });
    expect(() => clearLines(lines)).toThrow(code);
  });
});

const crowd: fc.Arbitrary<Order[]> = fc.uniqueArray(
  fc.record({
    id: fc.string({ minLength: 1, maxLength: 3, unit: 'grapheme-ascii' }),
    member: fc.constantFrom(...'abcdefgh'),
    side: fc.constantFrom<Side>('buy', 'sell'),
    limit: fc.bigInt({ min: -6n, max: 6n }).map((limit) => price(limit * 1000n)),
    energy: fc.bigInt({ min: 1n, max: 9n }).map(energy),
  }),
  { selector: (order) => order.id, minLength: 10, maxLength: 20 },
);

/** Auctions that need nothing but orders and their times. */
const RULES = MECHANISMS.filter(
  (one): one is AuctionMechanism =>
    one.kind === 'auction' &&
    one.problem === undefined &&
    !(one.columns ?? []).some(({ name, required }) => required === true && name !== 'time') &&
    !(one.tables ?? []).some(({ required }) => required === true),
);

test.each(RULES.map((rule) => [rule.name, rule] as const))(
  '%s: whole lines with marks and times give what orders with names give',
  (_name, mechanism) => {
    let traded = 0;
    fc.assert(
      fc.property(crowd, (given) => {
        const timed = given.map((order, time) => ({ ...order, time }));
        const call = { orders: timed, lots: lotsLikeIds, settings: {} };
        const named = mechanism.clear(call);
        const members = [...new Set(given.map(({ member }) => member))];
        const lines = timed.map(({ id, member, side, limit, energy: whole, time }) => {
          const party = members.indexOf(member);
          return { lot: lotsLikeIds(id), side, limit, energy: whole, party, time };
        });
        const fillsByLot = [...named.fills].map(([id, filled]) => ({
          lot: lotsLikeIds(id),
          energy: filled,
        }));
        const claim = { price: named.price, volume: named.volume, fills: fillsByLot };
        const verdict = checkClearing({ mechanism, settings: {}, lines }, claim);
        expect(verdict.ok).toBe(true);
        if (named.volume > 0n) traded += 1;
        if (named.volume === 0n || !verdict.ok) return;
        const more = { ...claim, volume: energy(named.volume + 1n) };
        expect(checkClearing({ mechanism, settings: {}, lines }, more).ok).toBe(false);
      }),
      { numRuns: 60 },
    );
    expect(traded).toBeGreaterThan(5);
  },
);

test('a rule that refuses the lines clears nothing, and only nothing may be claimed', () => {
  const refusing: AuctionMechanism = { ...uniform, refuse: () => ({ code: 'too_many_orders' }) };
  const call = { mechanism: refusing, settings: {}, lines: LINES };
  const nothing = { price: null, volume: energy(0n), fills: [] };
  expect(checkClearing(call, nothing)).toEqual({ ok: true, clearing: undefined });
  expect(checkClearing(call, TRUE_CLAIM)).toMatchObject({ ok: false, code: 'lines_refused' });
});
