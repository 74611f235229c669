import { MemoryStorage, OneThreadCrypto } from '@commonwatt/consensus';
import { expect, test } from 'vitest';
import { expectSettled, SettlingStreet } from './settling-street.ts';

const HOMES = 12;

async function street(): Promise<SettlingStreet> {
  const world = { crypto: new OneThreadCrypto(), storage: new MemoryStorage() };
  const begun = await SettlingStreet.begin(world, HOMES);
  await begun.trade(1, 2);
  return begun;
}

test('every home of the street trades, is metered and gets its posting, slot by slot or at once', async () => {
  const bySlot = await street();
  const runs = [bySlot.compute(await bySlot.read(1, 1)), bySlot.compute(await bySlot.read(2, 1))];
  for (const { run, missing, unusable } of runs) {
    expect(run.postings).toHaveLength(HOMES);
    expect(run.postings.every(({ amount }) => amount !== 0n)).toBe(true);
    expect(run.postings.reduce((sum, { amount }) => sum + amount, 0n)).toBe(0n);
    expect([missing, unusable]).toEqual([[], []]);
  }
  // Signed one after the other, as a member's transactions are numbered.
  const proposals = runs.map((run) => bySlot.proposal(run));
  for (const proposal of proposals) expectSettled(await bySlot.settle(proposal));

  const atOnce = await street();
  const day = atOnce.compute(await atOnce.read(1, 2));
  expectSettled(await atOnce.settle(atOnce.proposal(day)));
  const sums = new Map<number, bigint>();
  for (const { member, amount } of runs.flatMap(({ run }) => run.postings)) {
    sums.set(member, (sums.get(member) ?? 0n) + amount);
  }
  expect(new Map(day.run.postings.map(({ member, amount }) => [member, amount]))).toEqual(sums);
  expect(atOnce.readingsOf(1)).toHaveLength(2);
});

test('a run that takes no effect is a fault of the bench', async () => {
  const one = await street();
  const proposal = one.proposal(one.compute(await one.read(1, 1)));
  expectSettled(await one.settle(proposal));
  const again = await one.settle(proposal);
  expect(() => expectSettled(again)).toThrow('expected a run to take effect');
});
