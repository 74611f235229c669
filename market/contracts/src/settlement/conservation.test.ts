import { equalBytes } from '@commonwatt/ledger';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { account, balanceOf } from '../wallet/accounts.ts';
import { accounts } from '../wallet/state.ts';
import { settledPeriods } from './state.ts';
import { ANA, BEN, CLEO, DORA, SettlingLedger, smallStreet } from './testing/settling-ledger.ts';
import type { TerseMeter, TerseTrade } from './testing/street.ts';

const MEMBERS = [ANA, BEN, CLEO, DORA];
/** What buyers pay beyond what sellers get. */
const COMMUNITY = 0;

const wh = fc.integer({ min: 0, max: 300 });
const trade = fc.record({
  slot: fc.integer({ min: 0, max: 3 }),
  parties: fc.shuffledSubarray(MEMBERS, { minLength: 2, maxLength: 2 }),
  energy: fc.integer({ min: 1, max: 200 }),
  price: fc.integer({ min: -40, max: 400 }),
  margin: fc.constantFrom(0, 0, 1, 60),
});
const counted = fc.array(fc.option(fc.tuple(wh, wh), { nil: undefined }), {
  minLength: 4,
  maxLength: 4,
});

/**
 * A second bookkeeper, as simple as can be: it knows no shares and no state, only each trade with
 * what the run says it delivered, and writes every payment down one by one.
 */
function booksOf(trades: readonly TerseTrade[], delivered: ReadonlyMap<string, bigint>) {
  const books = new Map(MEMBERS.map((member) => [member, 0n]));
  for (const one of trades) {
    const energy = delivered.get(one.name) ?? 0n;
    const spread = energy * BigInt(one.margin ?? 0);
    const paid = energy * BigInt(one.price ?? 0);
    books.set(one.seller, (books.get(one.seller) ?? 0n) + paid - spread);
    books.set(one.buyer, (books.get(one.buyer) ?? 0n) - paid);
    books.set(COMMUNITY, (books.get(COMMUNITY) ?? 0n) + spread);
  }
  return books;
}

test('S-1, S-2, S-6: random days agree with a second bookkeeper, replayed and reopened', async () => {
  let settledTrades = 0;
  let spreads = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(trade, { minLength: 1, maxLength: 10 }),
      fc.array(counted, { minLength: 4, maxLength: 4 }),
      async (randomTrades, randomMeters) => {
        const ledger = await SettlingLedger.create();
        const trades = randomTrades.map(({ parties: [seller = 0, buyer = 0], ...one }, at) => ({
          ...one,
          name: `trade ${at}`,
          seller,
          buyer,
        }));
        const meters = randomMeters.map(
          (list, at): TerseMeter => ({
            member: MEMBERS[at] ?? 0,
            counted: list,
          }),
        );
        await ledger.plant(...trades);
        const escrow = () =>
          ledger.state
            .entries(accounts)
            .filter(([key]) => key.kind === 'escrow')
            .map(([key, { balance }]) => [key.owner, balance]);
        const due = [...ledger.escrowDue()].filter(([, amount]) => amount > 0n);
        expect(escrow()).toEqual(due.sort(([a], [b]) => a - b));

        await ledger.meter(...meters);
        await ledger.commit();
        const { run, members } = ledger.compute();
        const names = ledger.namesOf(trades);
        const delivered = new Map(
          members.flatMap(({ lines }) =>
            lines.map((line) => [names(line.trade), line.delivered] as const),
          ),
        );
        expect(await ledger.propose('officer', run)).toBe('done');
        settledTrades += delivered.size;

        const books = booksOf(trades, delivered);
        for (const member of MEMBERS) {
          expect(ledger.free(member)).toBe(books.get(member));
        }
        const spread = balanceOf(ledger.state, account(0, 'spread'));
        expect(spread).toBe(books.get(COMMUNITY) ?? 0n);
        if (spread > 0n) spreads += 1;
        expect(escrow()).toEqual([]);
        const sum = ledger.state.entries(accounts).reduce((all, [, one]) => all + one.balance, 0n);
        expect(sum).toBe(0n);

        const replayed = await ledger.testing.replayed();
        expect(equalBytes(replayed, ledger.testing.ledger.headHash)).toBe(true);
        const reopened = ledger.testing.reopened();
        expect(reopened.state.entries(accounts)).toEqual(ledger.state.entries(accounts));
        expect(reopened.state.entries(settledPeriods)).toEqual(
          ledger.state.entries(settledPeriods),
        );
      },
    ),
    { numRuns: 25 },
  );
  expect(settledTrades).toBeGreaterThan(50);
  expect(spreads).toBeGreaterThan(3);
});

test('S-6: a block that was executed but not committed leaves nothing behind', async () => {
  const ledger = await smallStreet();
  const { run } = ledger.compute();
  const bytes = ledger.proposal('officer', run);
  const height = ledger.testing.height + 1;
  const timeMs = ledger.testing.timeMs + 1000;
  const before = ledger.state.entries(accounts);
  // The machine stops between execution and commit: the next one opens what was stored.
  await ledger.testing.ledger.finalizeBlock({ height, timeMs, transactions: [bytes] });
  const reopened = ledger.testing.reopened();
  expect(reopened.state.entries(accounts)).toEqual(before);
  expect(reopened.state.size(settledPeriods)).toBe(0);
  await reopened.finalizeBlock({ height, timeMs, transactions: [bytes] });
  expect(reopened.state.size(settledPeriods)).toBe(1);
  expect(reopened.state.entries(accounts)).toEqual(ledger.state.entries(accounts));
});
