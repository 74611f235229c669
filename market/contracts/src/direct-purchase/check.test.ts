import { energy } from '@commonwatt/units';
import { describe, expect, test } from 'vitest';
import { checkRound, limitsInForce } from './check.ts';
import type { RoundLimit } from './messages.ts';
import { DEADLINE_MS, mwh } from './testing/direct-ledger.ts';
import { matchedPlants, plants } from './testing/street-of-plants.ts';
import { tokensOf } from './tokens.ts';

const limit = (from: string, to: string, most: bigint): RoundLimit => {
  return { from, to, energy: mwh(most) };
};

describe('security check', () => {
  test('the dispatch centre alone checks, only lower and with a reason', () => {
    const { ledger, buyer } = matchedPlants({ limits: [limit('A', 'B', 6n)] });
    const { dispatch } = ledger.companies;
    const check = (limits: readonly RoundLimit[], reason: string, by = dispatch, round = 1) =>
      ledger.code(by, checkRound, { round, limits, reason });
    expect(check([], '', dispatch, 2)).toBe('round_unknown');
    expect(check([], '', ledger.centre)).toBe('not_the_dispatch_centre');
    expect(check([], '', buyer)).toBe('not_the_dispatch_centre');
    expect(check([limit('B', 'B', 1n)], 'a line')).toBe('limit_invalid');
    expect(check([limit('A', 'B', 5n), limit('B', 'A', 5n)], 'a line')).toBe('limit_invalid');
    expect(check([limit('B', 'A', 7n)], 'a line')).toBe('limit_raised');
    expect(check([limit('B', 'A', 5n)], '')).toBe('reason_missing');
    expect(check([limit('B', 'A', 5n)], 'a line')).toBe('done');
    expect(check([limit('B', 'A', 5n)], 'a line')).toBe('round_stage_wrong');
    expect(ledger.round().check).toEqual({
      checkedBy: dispatch,
      reason: 'a line',
      rounds: expect.any(Number),
      corridors: [
        {
          from: 'B',
          to: 'A',
          limit: mwh(5n),
          requested: 8_459_999n,
          granted: mwh(5n),
          binding: true,
        },
      ],
    });
    ledger.endBlock();
  });

  test('D-6: pairs are scaled pro rata to the limit, and what they no longer need is free', () => {
    const { ledger, buyer } = matchedPlants({ limits: [limit('A', 'B', 6n)] });
    const before = tokensOf(ledger.state, buyer, 'held');
    ledger.must(ledger.companies.dispatch, checkRound, { round: 1, limits: [], reason: '' });
    const contracts = ledger.contractsOf();
    const requested = contracts.map((one) => one.requested);
    expect(requested).toEqual([mwh(2n), 4_700_000n, 1_759_999n]);
    const granted = contracts.map(({ amounts }) => amounts.energy);
    expect(granted.reduce((sum, one) => sum + one, 0n)).toBe(mwh(6n));
    granted.forEach((one, at) => {
      const exact = ((requested[at] ?? 0n) * 6_000_000n) / 8_459_999n;
      expect(one === exact || one === exact + 1n).toBe(true);
    });
    const needed = contracts.reduce(
      (sum, { amounts }) => sum + amounts.buyerPays + 100_000n * amounts.energy,
      0n,
    );
    expect(tokensOf(ledger.state, buyer, 'held')).toBe(needed);
    expect(needed < before).toBe(true);
    for (const { reason } of contracts) expect(reason).toBe('limit of corridor ["A","B"]');
    ledger.endBlock();
  });

  test('a corridor that carries nothing cancels its pairs with the reason, and ends the round', () => {
    const { ledger, buyer } = matchedPlants();
    const held = () => tokensOf(ledger.state, buyer, 'held');
    expect(held() > 0n).toBe(true);
    const closed = { round: 1, limits: [limit('A', 'B', 0n)], reason: 'storm' };
    ledger.must(ledger.companies.dispatch, checkRound, closed);
    expect(ledger.round()).toMatchObject({ stage: 'closed', check: { reason: 'storm' } });
    expect(ledger.contractsOf()).toHaveLength(3);
    for (const contract of ledger.contractsOf()) {
      expect(contract).toMatchObject({
        status: 'cancelled',
        reason: 'limit of corridor ["A","B"]',
      });
    }
    expect(held()).toBe(0n);
    ledger.endBlock();
  });

  test('freed energy is matched again over a corridor that is open', () => {
    const { ledger } = plants({ limits: [limit('A', 'B', 1n)] });
    const near = ledger.admitted('none', 'A');
    ledger.list(near, { price: 4_000n, energy: 100n });
    ledger.until(DEADLINE_MS);
    ledger.block();
    ledger.must(ledger.companies.dispatch, checkRound, { round: 1, limits: [], reason: '' });
    const to = (region: string) =>
      ledger
        .contractsOf()
        .filter(({ terms }) => terms.buyerRegion === region)
        .reduce((sum, { amounts }) => sum + amounts.energy, 0n);
    expect(to('B')).toBe(mwh(1n));
    // 9 MWh at the busbar less what B still takes, times 0.98: all that is left goes to A.
    expect(to('A') > mwh(7n)).toBe(true);
    expect(ledger.round().check?.rounds).toBeLessThanOrEqual(2);
    const injected = ledger.contractsOf().reduce((sum, { amounts }) => sum + amounts.injected, 0n);
    expect(injected <= mwh(9n)).toBe(true);
    ledger.endBlock();
  });

  test('when the time of the check runs out, the published limits hold and nobody signed', () => {
    const { ledger, rules } = matchedPlants({ limits: [limit('A', 'B', 6n)] });
    const untilMs = DEADLINE_MS + rules.checkMs;
    ledger.until(untilMs - 1);
    expect(ledger.round().stage).toBe('checking');
    ledger.until(untilMs);
    expect(ledger.round().stage).toBe('committing');
    expect(ledger.round().check).toMatchObject({ checkedBy: 0 });
    const granted = ledger.contractsOf().reduce((sum, { amounts }) => sum + amounts.energy, 0n);
    expect(granted).toBe(mwh(6n));
  });

  test('lower limits stand in the place of published ones, in either direction', () => {
    const published = [limit('A', 'B', 6n), limit('A', 'D', 2n)];
    expect(limitsInForce({ limits: published }, [limit('B', 'A', 5n)])).toEqual([
      limit('A', 'D', 2n),
      { from: 'B', to: 'A', energy: energy(5_000_000n) },
    ]);
  });
});
