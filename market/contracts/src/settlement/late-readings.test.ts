import { equalBytes } from '@commonwatt/ledger';
import { energy, type Money } from '@commonwatt/units';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { account, balanceOf } from '../wallet/accounts.ts';
import { dueOf } from '../wallet/dues.ts';
import { accounts } from '../wallet/state.ts';
import { COMMUNITY_ACCOUNTS, type Run } from './messages.ts';
import { correctables, settledPeriods } from './state.ts';
import { tariffs as tariffTable } from './tariff.ts';
import { anyPolicy, tariffs } from './testing/any-street.ts';
import { ANA, BEN, CLEO, DORA, SettlingLedger } from './testing/settling-ledger.ts';

const MEMBERS = [ANA, BEN, CLEO, DORA];
const wh = fc.nat({ max: 300 });
const trade = fc.record({
  slot: fc.nat({ max: 3 }),
  parties: fc.shuffledSubarray(MEMBERS, { minLength: 2, maxLength: 2 }),
  energy: fc.integer({ min: 1, max: 200 }),
  price: fc.integer({ min: -40, max: 400 }),
  margin: fc.constantFrom(0, 0, 1, 60),
});
const counted = fc.array(fc.option(fc.tuple(wh, wh), { nil: undefined }), {
  minLength: 4,
  maxLength: 4,
});
const correction = fc.record({ meter: fc.integer({ min: 1, max: 4 }), imported: wh, exported: wh });

/** What a member has and owes, whatever account it stands in. */
const worth = ({ state }: SettlingLedger, member: number): bigint =>
  balanceOf(state, account(member, 'available')) - dueOf(state, member);

/** A second bookkeeper: what a run says of each member and of the community, in one column each. */
function expected(ledger: SettlingLedger, run: Run, before: readonly bigint[]): void {
  const posted = new Map(run.postings.map((one) => [one.member, one.amount + one.charge]));
  MEMBERS.forEach((member, at) => {
    expect(worth(ledger, member)).toBe((before[at] as bigint) + (posted.get(member) ?? 0n));
  });
  const sum = ledger.state.entries(accounts).reduce((all, [, one]) => all + one.balance, 0n);
  expect(sum).toBe(0n);
  const community = COMMUNITY_ACCOUNTS.reduce(
    (all, kind) => all + balanceOf(ledger.state, account(0, kind)),
    0n,
  );
  const charged = run.postings.reduce((all, { charge }) => all + charge, 0n);
  expect(community).toBe(run.spread - charged);
  expect(balanceOf(ledger.state, account(0, 'spread'))).toBe(run.spread);
  // Nothing is left in escrow once the period is settled.
  for (const member of MEMBERS) {
    expect(balanceOf(ledger.state, account(member, 'escrow'))).toBe(0n);
  }
}

test('S-1, S-2, S-10: random days with late and corrected readings agree with a second bookkeeper', async () => {
  let adjusted = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(trade, { minLength: 1, maxLength: 8 }),
      fc.array(counted, { minLength: 4, maxLength: 4 }),
      fc.array(correction, { maxLength: 3 }),
      anyPolicy.filter(({ sharing }) => !['simple dynamic', 'operator'].includes(sharing)),
      tariffs,
      async (randomTrades, randomMeters, corrections, policy, series) => {
        const sharingKeys = policy.sharingKeys.map((key) => ({ ...key, member: key.member + 1 }));
        const settlementPolicy = { ...policy, sharingKeys };
        const ledger = await SettlingLedger.create({ genesis: { settlementPolicy } });
        const planted = randomTrades.map(({ parties: [seller = 0, buyer = 0], ...one }, at) => ({
          ...one,
          name: `trade ${at}`,
          seller,
          buyer,
        }));
        for (const one of series) {
          ledger.state.set(tariffTable, one.fromMs, { ...one, version: 1 });
        }
        await ledger.plant(...planted);
        await ledger.meter(
          ...randomMeters.map((list, at) => ({ member: MEMBERS[at] ?? 0, counted: list })),
        );
        const before = MEMBERS.map(() => 0n);
        await ledger.commit();
        let run = ledger.compute({ stage: 'provisional' }).run;
        expect(await ledger.propose('officer', run)).toBe('done');
        expected(ledger, run, before);
        for (const { meter, imported, exported } of corrections) {
          const [first, ...rest] = ledger.readings.get(meter) ?? [];
          if (first === undefined) continue;
          const version = first.version + 1;
          const corrected = {
            imported: energy(BigInt(imported)),
            exported: energy(BigInt(exported)),
          };
          ledger.readings.set(meter, [{ ...first, ...corrected, version }, ...rest]);
          await ledger.done('officer', ledger.commitment());
          run = ledger.compute(ledger.after(run, 'provisional', planted)).run;
          expect(await ledger.propose('officer', run)).toBe('done');
          expected(ledger, run, before);
          adjusted += 1;
        }
        const kept = ledger.state.get(correctables, run.periodFromMs);
        const amounts = (list: readonly { member: number; amount: Money; charge: Money }[] = []) =>
          list.map(({ member, amount, charge }) => [member, amount, charge]);
        expect(amounts(kept?.members)).toEqual(amounts(run.postings));
        const reopened = ledger.testing.reopened();
        expect(reopened.state.entries(settledPeriods)).toEqual(
          ledger.state.entries(settledPeriods),
        );
        expect(equalBytes(reopened.headHash, ledger.testing.ledger.headHash)).toBe(true);
      },
    ),
    { numRuns: 30 },
  );
  expect(adjusted).toBeGreaterThan(15);
});
