import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FINE_PER_WH } from './metered-energy.ts';
import { type RegisterRules, RegisterSlots } from './register-slots.ts';

const SLOT = 900_000;
const RULES: RegisterRules = { slotLengthMs: SLOT, sampleGapMs: SLOT, gapMs: 96 * SLOT };
/** A tenth of a Wh. */
const TENTH = FINE_PER_WH / 10n;

function feed(
  register: RegisterSlots,
  samples: readonly (readonly [minute: number, tenths: bigint])[],
) {
  const outcomes = samples.map(([minute, tenths]) =>
    register.take({ atMs: minute * 60_000, values: [tenths * TENTH] }),
  );
  return {
    slots: outcomes.flatMap(({ slots }) =>
      slots.map(({ slotMs, energies, quality }) => [slotMs / 60_000, energies[0], quality]),
    ),
    findings: outcomes.flatMap(({ finding }) =>
      finding === undefined
        ? []
        : [[finding.kind, finding.missingFromMs / 60_000, finding.missingUntilMs / 60_000]],
    ),
  };
}

describe('samples become slots', () => {
  test('on the boundaries, with the fraction carried', () => {
    const { slots } = feed(new RegisterSlots(RULES), [
      [0, 5n],
      [15, 12n],
      [30, 19n],
      [45, 30n],
    ]);
    expect(slots).toEqual([
      [0, 1n, 'measured'],
      [15, 0n, 'measured'],
      [30, 2n, 'measured'],
    ]);
  });

  test('a boundary between samples is interpolated', () => {
    const { slots } = feed(new RegisterSlots(RULES), [
      [10, 0n],
      [20, 100n],
      [40, 300n],
    ]);
    // 15 minutes: 50, 30 minutes: 200 between samples 20 minutes apart, more than a slot.
    expect(slots).toEqual([[15, 15n, 'estimated']]);
  });

  test('a gap is spread evenly and estimated; what follows it is measured again', () => {
    const { slots, findings } = feed(new RegisterSlots(RULES), [
      [0, 0n],
      [60, 400n],
      [75, 500n],
    ]);
    expect(slots).toEqual([
      [0, 10n, 'estimated'],
      [15, 10n, 'estimated'],
      [30, 10n, 'estimated'],
      [45, 10n, 'estimated'],
      [60, 10n, 'measured'],
    ]);
    expect(findings).toEqual([]);
  });

  test('a longer gap is missing', () => {
    const rules = { ...RULES, gapMs: 4 * SLOT };
    const { slots, findings } = feed(new RegisterSlots(rules), [
      [0, 0n],
      [15, 100n],
      [20, 110n],
      [90, 400n],
      [105, 500n],
    ]);
    expect(slots.map(([at]) => at)).toEqual([0, 90]);
    expect(findings).toEqual([['gap', 15, 90]]);
  });
});

describe('counters that do not simply rise', () => {
  test('a reset costs the slots around it and nothing more', () => {
    const { slots, findings } = feed(new RegisterSlots(RULES), [
      [0, 1000n],
      [15, 1100n],
      [20, 1110n],
      [25, 3n],
      [30, 30n],
      [45, 130n],
    ]);
    expect(findings).toEqual([['reset', 15, 30]]);
    expect(slots).toEqual([
      [0, 10n, 'measured'],
      [30, 10n, 'measured'],
    ]);
  });

  test('a wrap at the declared top loses nothing', () => {
    const rules = { ...RULES, wrapAt: 10_000n * TENTH };
    const { slots, findings } = feed(new RegisterSlots(rules), [
      [0, 9_900n],
      [15, 100n],
      [30, 300n],
    ]);
    expect(findings).toEqual([['wrap', 15, 15]]);
    expect(slots).toEqual([
      [0, 20n, 'measured'],
      [15, 20n, 'measured'],
    ]);
  });

  test('a fall that would be a long way around is a reset, top or not', () => {
    const rules = { ...RULES, wrapAt: 10_000n * TENTH };
    const { slots, findings } = feed(new RegisterSlots(rules), [
      [0, 5_000n],
      [15, 0n],
      [30, 10n],
    ]);
    expect(findings).toEqual([['reset', 0, 15]]);
    expect(slots).toEqual([[15, 1n, 'measured']]);
  });

  test('a rise beyond the connection is another meter', () => {
    const rules = { ...RULES, powerMostW: 11_000n };
    const { slots, findings } = feed(new RegisterSlots(rules), [
      [0, 0n],
      [15, 27_500n],
      [30, 60_000_000n],
      [45, 60_010_000n],
    ]);
    expect(findings).toEqual([['swap', 15, 30]]);
    expect(slots.map(([at, wh]) => [at, wh])).toEqual([
      [0, 2750n],
      [30, 1000n],
    ]);
  });

  test('an old sample is left out, and the very same one again is nothing at all', () => {
    const { slots, findings } = feed(new RegisterSlots(RULES), [
      [0, 0n],
      [15, 100n],
      [15, 100n],
      [5, 20n],
      [30, 200n],
    ]);
    expect(findings.map(([kind]) => kind)).toEqual(['late']);
    expect(slots).toHaveLength(2);
  });
});

test('whatever the samples, the slots between two boundaries hold what the counter counted', () => {
  const steps = fc.array(fc.tuple(fc.integer({ min: 1, max: 50 }), fc.bigInt(0n, 5000n)), {
    minLength: 3,
    maxLength: 60,
  });
  fc.assert(
    fc.property(steps, fc.nat(58), (walk, cut) => {
      const samples: [number, bigint][] = [[0, 7n]];
      for (const [minutes, tenths] of walk) {
        const [at, value] = samples.at(-1) as [number, bigint];
        samples.push([at + minutes, value + tenths]);
      }
      const whole = feed(new RegisterSlots(RULES), samples).slots;
      // Interrupted anywhere, and taken up again from what was kept.
      const first = new RegisterSlots(RULES);
      const early = feed(first, samples.slice(0, cut + 1)).slots;
      const late = feed(new RegisterSlots(RULES, first.state), samples.slice(cut + 1)).slots;
      expect([...early, ...late]).toEqual(whole);
      const sum = whole.reduce((total, [, wh]) => total + (wh as bigint), 0n);
      const last = samples.at(-1) as [number, bigint];
      expect(sum).toBeLessThanOrEqual((last[1] * TENTH) / FINE_PER_WH);
      if (last[0] % 15 === 0) expect(sum).toBe((last[1] * TENTH) / FINE_PER_WH);
      expect(whole.every(([, wh]) => (wh as bigint) >= 0n)).toBe(true);
    }),
  );
});
