import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CANDIDATE_MILLIONTHS } from '../solver.ts';
import { dcNetwork } from './dc-network.ts';
import { nodeWorth, worthAt } from './node-worth.ts';
import { type Part, wholeDispatch } from './whole-dispatch.ts';

const seller = (limit: bigint) => nodeWorth({ demand: [], supply: [{ limit, energy: 900n }] });
const buyer = (limit: bigint) => nodeWorth({ demand: [{ limit, energy: 300n }], supply: [] });

/** A triangle: cheap at 0, dear at 1, demand at 2. */
function triangle(limits: readonly bigint[], susceptances: readonly bigint[]): Part {
  const ends = [
    [0, 1],
    [1, 2],
    [0, 2],
  ];
  const { factors, denominators } = dcNetwork(
    3,
    ends.map(([from = 0, to = 0], at) => ({
      from,
      to,
      susceptance: susceptances[at] ?? 1n,
      limit: limits[at] ?? 0n,
    })),
  );
  const nodes = [seller(10n), seller(30n), buyer(90n)];
  return { nodes, factors, denominator: denominators[0] ?? 1n, limits };
}

const isCarried = ({ factors, limits, denominator }: Part, injections: readonly bigint[]) =>
  factors.every((factor, line) => {
    const flow = factor.reduce((sum, one, node) => sum + one * (injections[node] ?? 0n), 0n);
    const most = (limits[line] ?? 0n) * denominator;
    return -most <= flow && flow <= most;
  });
const worthOf = ({ nodes }: Part, injections: readonly bigint[]) =>
  nodes.reduce((sum, node, at) => sum + worthAt(node, injections[at] ?? 0n), 0n);
const millionths = (...wattHours: number[]) =>
  wattHours.map((one) => BigInt(Math.round(one * 1e6)));

test('halves become whole without a line above its limit', () => {
  const part = triangle([1000n, 1000n, 150n], [1n, 1n, 4n]);
  const whole = wholeDispatch(part, millionths(37.5, 262.5, -300), [0n, 0n, 0n]);
  // One Wh more from a would be 2/9 Wh too much on a-c.
  expect(whole).toEqual([37n, 263n, -300n]);
});

test('a proposal out of balance, out of reach or far above the limits comes to what can be', () => {
  const part = triangle([5n, 900n, 3n], [2n, 3n, 7n]);
  for (const proposal of [
    [0, 0, -50],
    [5000, 5000, -3],
    [900, 0, -900],
  ]) {
    const whole = wholeDispatch(part, millionths(...proposal), [0n, 0n, 0n]);
    expect(whole.reduce((sum, one) => sum + one, 0n)).toBe(0n);
    expect(isCarried(part, whole)).toBe(true);
    expect(worthOf(part, whole)).toBeGreaterThan(0n);
  }
});

test('an empty line of a loop lets those Wh pass that do not flow on it', () => {
  const part = {
    ...triangle([900n, 900n, 0n], [7n, 2n, 5n]),
    nodes: [buyer(90n), seller(10n), buyer(80n)],
  };
  // Of 9 Wh from the middle 7 go one way and 2 the other; 300 are wanted, and 294 are 42 times 7.
  const wanted = millionths(-300, 300 + 600 / 7, -600 / 7);
  expect(wholeDispatch(part, wanted, [0n, 0n, 0n])).toEqual([-294n, 378n, -84n]);
});

test('is carried, balanced and worth no less than the cut, whatever is proposed', () => {
  const few = fc.array(fc.bigInt({ min: 0n, max: 12n }), { minLength: 3, maxLength: 3 });
  const ratios = fc.array(fc.bigInt({ min: 1n, max: 9n }), { minLength: 3, maxLength: 3 });
  const amounts = fc.array(fc.bigInt({ min: -40n, max: 40n }), { minLength: 3, maxLength: 3 });
  fc.assert(
    fc.property(few, ratios, amounts, amounts, (limits, susceptances, proposal, tried) => {
      const part = triangle(limits, susceptances);
      const [a = 0n, b = 0n] = tried.map((one) => (one < 0n ? -one : one));
      const cut = isCarried(part, [a, b, -a - b]) ? [a, b, -a - b] : [0n, 0n, 0n];
      const injections = proposal.map((one) => (one * CANDIDATE_MILLIONTHS) / 3n);
      const whole = wholeDispatch(part, injections, cut);
      expect(whole.reduce((sum, one) => sum + one, 0n)).toBe(0n);
      expect(isCarried(part, whole)).toBe(true);
      expect(worthOf(part, whole)).toBeGreaterThanOrEqual(worthOf(part, cut));
    }),
  );
});
