import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SHARING_RULES } from './registry.ts';
import { proRata, type Sharing, type SharingInterval, totalOf } from './sharing.ts';
import { interval, intervals } from './testing.test-support.ts';

const sums = ({ parts }: Sharing, side: 'received' | 'given', parties: number): bigint[] =>
  Array.from({ length: parties }, (_, at) =>
    parts.reduce((sum, part) => sum + (part[side][at] as bigint), 0n),
  );

describe.each(SHARING_RULES.map((rule) => [rule.name, rule] as const))('%s', (_name, rule) => {
  test('gives nobody less than nothing or more than it used, takes from nobody more than it fed in', () => {
    fc.assert(
      fc.property(intervals, (one) => {
        const shared = rule.share(one);
        for (const part of shared.parts) {
          for (const wh of [...part.received, ...part.given]) expect(wh).toBeGreaterThanOrEqual(0n);
        }
        sums(shared, 'received', one.consumers.length).forEach((wh, at) => {
          expect(wh).toBeLessThanOrEqual(one.consumers[at]?.energy as bigint);
          expect(wh).toBeLessThanOrEqual(shared.allotted[at] as bigint);
        });
        sums(shared, 'given', one.producers.length).forEach((wh, at) => {
          expect(wh).toBeLessThanOrEqual(one.producers[at]?.energy as bigint);
        });
      }),
    );
  });

  test('what is received is what is given, at every price', () => {
    fc.assert(
      fc.property(intervals, (one) => {
        for (const { received, given } of rule.share(one).parts) {
          expect(totalOf(received)).toBe(totalOf(given));
        }
      }),
    );
  });

  test('the order of the parties does not tell', () => {
    const outcome = (one: SharingInterval) => {
      const { parts } = rule.share(one);
      return parts.map(({ price, received, given }) => ({
        price,
        received: new Map(one.consumers.map(({ member }, at) => [member, received[at]])),
        given: new Map(one.producers.map(({ member }, at) => [member, given[at]])),
      }));
    };
    const shuffled = intervals.chain((one) =>
      fc.tuple(
        fc.constant(one),
        fc.shuffledSubarray([...one.producers], { minLength: one.producers.length }),
        fc.shuffledSubarray([...one.consumers], { minLength: one.consumers.length }),
      ),
    );
    fc.assert(
      fc.property(shuffled, ([one, producers, consumers]) => {
        expect(outcome({ producers, consumers })).toEqual(outcome(one));
      }),
    );
  });

  test('nobody gets anything where nobody feeds in, or nobody uses', () => {
    expect(totalOf(rule.share(interval([], [5, 6])).parts[0]?.received ?? [])).toBe(0n);
    expect(totalOf(rule.share(interval([5, 6], [])).parts[0]?.given ?? [])).toBe(0n);
  });
});

test('in proportion to energies, and nothing where there is none', () => {
  const { producers } = interval([1, 1, 2], []);
  expect(proRata(4n, producers)).toEqual([1n, 1n, 2n]);
  expect(proRata(3n, producers)).toEqual([1n, 1n, 1n]);
  expect(proRata(0n, interval([0, 0], []).producers)).toEqual([0n, 0n]);
});
