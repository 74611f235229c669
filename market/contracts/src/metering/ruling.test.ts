import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SOURCES, type Source } from './messages.ts';
import {
  PROVIDER_MEASURED,
  QUALITIES,
  type Quality,
  rankOf,
  rulingOf,
  type Standing,
} from './ruling.ts';

const word = (source: Source, quality: Quality, version = 1): Standing => ({
  source,
  quality,
  version,
});

/** Each stands above all below it. */
const LADDER: readonly (readonly [Source, Quality])[] = [
  ['provider', 'measured'],
  ['provider', 'substituted'],
  ['device', 'measured'],
  ['gateway', 'measured'],
  ['device', 'substituted'],
  ['gateway', 'substituted'],
  ['provider', 'estimated'],
  ['device', 'estimated'],
  ['gateway', 'estimated'],
  ['provider', 'missing'],
  ['device', 'missing'],
  ['gateway', 'missing'],
];

describe('R-2: between sources', () => {
  test('the ladder has a step of its own for every source and quality', () => {
    expect(LADDER.map(([source, quality]) => rankOf(word(source, quality)))).toEqual(
      LADDER.map((_, at) => at + 1),
    );
    expect(LADDER).toHaveLength(SOURCES.length * QUALITIES.length);
  });

  test.each(LADDER.map(([source, quality], at) => ({ at, source, quality })))(
    'what $source $quality stands above does not rule beside it',
    ({ at, source, quality }) => {
      const upper = word(source, quality);
      for (const [lowerSource, lowerQuality] of LADDER.slice(at + 1)) {
        if (lowerSource === source) continue;
        const lower = word(lowerSource, lowerQuality, 9);
        expect(rulingOf([lower, upper])).toBe(upper);
      }
    },
  );
});

describe('R-1: one source', () => {
  test('is taken by its last word, be it of a lower quality', () => {
    const [wrong, right] = [word('provider', 'measured', 1), word('provider', 'estimated', 2)];
    const device = word('device', 'measured');
    expect(rulingOf([wrong, right])).toBe(right);
    expect(rulingOf([wrong, right, device])).toBe(device);
  });

  test('of several alone is the ruling one, and of none nothing', () => {
    expect(rulingOf([PROVIDER_MEASURED])).toBe(PROVIDER_MEASURED);
    expect(rulingOf([])).toBeUndefined();
  });
});

const words = fc.uniqueArray(
  fc.record({
    source: fc.constantFrom(...SOURCES),
    quality: fc.constantFrom(...QUALITIES),
    version: fc.integer({ min: 1, max: 5 }),
  }),
  { selector: ({ source, version }) => `${source}/${version}`, minLength: 1 },
);

test('R-3: the order in which words come changes nothing', () => {
  fc.assert(
    fc.property(words, fc.infiniteStream(fc.nat()), (given, draws) => {
      const shuffled = given
        .map((one) => ({ one, at: draws.next().value as number }))
        .sort((a, b) => a.at - b.at)
        .map(({ one }) => one);
      expect(rulingOf(shuffled)).toEqual(rulingOf(given));
    }),
  );
});

test('R-3: what rules is a source’s last word, and no other last word ranks above it', () => {
  fc.assert(
    fc.property(words, (given) => {
      const ruling = rulingOf(given) as Standing;
      const last = (source: Source) =>
        given.filter((one) => one.source === source).sort((a, b) => b.version - a.version)[0];
      expect(last(ruling.source)).toBe(ruling);
      for (const source of SOURCES) {
        const other = last(source);
        if (other !== undefined) expect(rankOf(ruling)).toBeLessThanOrEqual(rankOf(other));
      }
    }),
  );
});
