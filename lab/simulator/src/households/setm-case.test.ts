import { existsSync, readFileSync } from 'node:fs';
import { formatPrice } from '@commonwatt/units';
import { describe, expect, test } from 'vitest';
import { rolesOf } from './member.ts';
import { SETM_PARTIES } from './setm-case.ts';

const paper = new URL('../../../../../shared/papers/setm-tables.txt', import.meta.url);
const paperPresent = existsSync(paper);
if (!paperPresent) console.warn('skipped: Table 1 is not at ../shared/papers/setm-tables.txt');

describe('the SETM case', () => {
  test('the paper is present where it must be', () => {
    if (process.env.CI === 'true') expect(paperPresent).toBe(true);
  });

  test.runIf(paperPresent)('is Table 1 of the paper, row by row', () => {
    const text = readFileSync(paper, 'utf8');
    const rows = text.matchAll(
      /^\| ((?:personal|industrial|generation)[a-z0-9 ]*) \| (\d+) \| (\d+) \| (\d+) \| *\n\| \(([^)]*)\)/gm,
    );
    const published = [...rows].map(([, name, days, min, max, device]) => ({
      name,
      device,
      forecastDays: Number(days),
      bidMin: BigInt(min ?? '') * 1000n,
      bidMax: BigInt(max ?? '') * 1000n,
    }));
    expect(published).toHaveLength(7);
    expect(
      SETM_PARTIES.map(({ name, device, forecastDays, bidMin, bidMax }) => ({
        name,
        device,
        forecastDays,
        bidMin,
        bidMax,
      })),
    ).toEqual(published);
  });

  test('bands read as EUR/MWh', () => {
    expect(formatPrice(SETM_PARTIES[0]!.bidMin, 'EUR/MWh')).toMatch(/^34(\.0*)?$/);
    expect(formatPrice(SETM_PARTIES[6]!.bidMax, 'EUR/MWh')).toMatch(/^52(\.0*)?$/);
  });

  test('every band of a consumer meets that of the generation', () => {
    const generation = SETM_PARTIES.find((party) => party.role === 'producer');
    for (const party of SETM_PARTIES) {
      expect(party.bidMin).toBeLessThan(party.bidMax);
      expect(party.bidMax).toBeGreaterThanOrEqual(generation!.bidMin);
    }
  });

  test('the generation covers what the six consumers want, in roles their kinds have', () => {
    const consumers = SETM_PARTIES.filter((party) => party.role === 'consumer');
    const wanted = consumers.reduce((sum, party) => sum + party.energyWh, 0n);
    expect(consumers).toHaveLength(6);
    expect(wanted).toBe(14_105n);
    expect(SETM_PARTIES[6]).toMatchObject({ symbol: 'g1', energyWh: 15_000n });
    for (const party of SETM_PARTIES) expect(rolesOf(party.kind)).toContain(party.role);
  });
});
