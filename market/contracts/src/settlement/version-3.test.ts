import { toHex } from '@commonwatt/ledger';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { communitySums } from './community-sums.ts';
import type { SlotTotal } from './messages.ts';
import { DEFAULT_POLICY } from './policy.ts';
import { type ComputedRun, computeRun, type RunInput, runHash } from './run.ts';
import { chargeOf, residualOf, type SlotLine } from './slot-lines.ts';
import { anyInput } from './testing/any-street.ts';
import { sha256 } from './testing/street.ts';

const linesOf = ({ members }: ComputedRun): readonly SlotLine[] =>
  members.flatMap(({ slotLines }) => slotLines);
const sumOf = (list: Iterable<bigint>) => [...list].reduce((sum, one) => sum + one, 0n);

describe('a run of version 3, whatever its street and its community decided', () => {
  test('S-2: makes and loses no money: members and the community’s accounts sum to nothing', () => {
    fc.assert(
      fc.property(anyInput, (input) => {
        const { run, community } = computeRun(sha256, input);
        expect(sumOf(run.postings.map(({ amount }) => amount))).toBe(-run.spread);
        const charges = sumOf(run.postings.map(({ charge }) => charge));
        expect(charges + sumOf(Object.values(community)) - run.spread).toBe(0n);
        const { policy = DEFAULT_POLICY, tariffs = [] } = input;
        expect(communitySums(run, policy, tariffs)).toEqual(community);
      }),
    );
  });

  test('S-9: energy is conserved: what is not residual is what was delivered and shared', () => {
    fc.assert(
      fc.property(anyInput, (input) => {
        const { run } = computeRun(sha256, input);
        const total = (of: (one: SlotTotal) => bigint) => sumOf(run.slotTotals.map(of));
        const allocated = total((one) => one.delivered + one.shared);
        expect(total((one) => one.imported - one.residualImport)).toBe(allocated);
        expect(total((one) => one.exported - one.residualExport)).toBe(allocated);
        for (const one of run.slotTotals) {
          expect(one.sellersShort).toBeLessThanOrEqual(one.traded);
          expect(one.buyersShort).toBeLessThanOrEqual(one.traded);
        }
      }),
    );
  });

  test('the identities of the Austrian OBIS set hold', () => {
    fc.assert(
      fc.property(anyInput, (input) => {
        const computed = computeRun(sha256, input);
        const hourly = input.policy?.sharing === 'hourly minimum';
        let [covered, deliveredByProducers] = [0n, 0n];
        for (const line of linesOf(computed)) {
          const total = line.imported; // G.01T
          const share = line.bought + line.allotted; // G.02
          const actual = line.bought + line.received; // G.03
          const { residualImport, residualExport } = residualOf(line);
          // An hour is allotted as one, at the slot with which it begins.
          if (!hourly) expect(actual).toBeLessThanOrEqual(share);
          expect(actual).toBeLessThanOrEqual(total);
          expect(residualImport).toBe(total - actual);
          expect(residualExport).toBeGreaterThanOrEqual(0n); // P.01T
          covered += actual;
          deliveredByProducers += line.exported - residualExport; // G.01T - P.01T
        }
        expect(covered).toBe(deliveredByProducers);
      }),
    );
  });

  test('every slot line is charged what its energies cost, and all lines make the charge', () => {
    fc.assert(
      fc.property(anyInput, (input) => {
        const { members, run } = computeRun(sha256, input);
        const { policy = DEFAULT_POLICY } = input;
        for (const { member, slotLines, charge } of members) {
          expect(chargeOf(slotLines)).toBe(charge);
          expect(run.postings.find((one) => one.member === member)?.charge).toBe(charge);
          for (const line of slotLines) {
            const due =
              line.sellerShort * policy.sellerDeviationPrice +
              line.buyerShort * policy.buyerDeviationPrice;
            expect(line.deviation).toBe(-due);
            if (policy.residualCharges === 'posted') continue;
            expect([line.supply, line.grid, line.levies, line.taxes]).toEqual([0n, 0n, 0n, 0n]);
          }
        }
      }),
    );
  });

  test('nobody is charged for what it lost through its counterparty', () => {
    fc.assert(
      fc.property(anyInput, (input) => {
        const { members } = computeRun(sha256, { ...input, participation: undefined });
        for (const { lines, slotLines } of members) {
          const missing = sumOf(lines.map(({ traded, delivered }) => traded - delivered));
          const own = sumOf(slotLines.map((line) => line.sellerShort + line.buyerShort));
          expect(own).toBeLessThanOrEqual(missing);
        }
      }),
    );
  });

  test('a second run of the period has other salts for the same lines', () => {
    fc.assert(
      fc.property(anyInput, (input) => {
        const salts = (sequence: number) => {
          const { members } = computeRun(sha256, { ...input, sequence });
          return members.flatMap(({ lines, slotLines, energy }) =>
            [...lines, ...slotLines, energy].map(({ salt }) => toHex(salt)),
          );
        };
        const all = [...salts(0), ...salts(1)];
        expect(new Set(all).size).toBe(all.length);
      }),
      { numRuns: 30 },
    );
  });
});

test('S-7: 1,000 permutations of its input give the same run', () => {
  const permuted = anyInput.chain((input) => {
    const mixed = <T>(list: readonly T[]) =>
      fc.shuffledSubarray([...list], { minLength: list.length, maxLength: list.length });
    return fc.tuple(
      fc.constant(input),
      mixed(input.trades),
      mixed([...input.readings]),
      mixed([...input.meters]),
      mixed(input.commitments),
      mixed(input.tariffs ?? []),
    );
  });
  fc.assert(
    fc.property(permuted, ([input, trades, readings, meters, commitments, tariffs]) => {
      const mixed: RunInput = {
        ...input,
        trades,
        commitments,
        tariffs,
        readings: new Map(readings.map(([meter, list]) => [meter, [...list].reverse()])),
        meters: new Map(meters),
      };
      const [one, other] = [input, mixed].map((given) => computeRun(sha256, given).run);
      expect(toHex(runHash(sha256, other as ComputedRun['run']))).toBe(
        toHex(runHash(sha256, one as ComputedRun['run'])),
      );
    }),
    { numRuns: 1000 },
  );
}, 120_000);
