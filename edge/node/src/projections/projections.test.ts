import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  ACTION,
  acceptCodec,
  type OrderId,
  replyCodec,
  requestCodec,
  shareCodec,
} from '@commonwatt/contracts';
import { encode, fromHex, toHex } from '@commonwatt/ledger';
import type { Energy, Price } from '@commonwatt/units';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { HOUR_MS, MARKET, NOON_MS, SLOT_MS, TestCommunity } from '../testing/community.ts';
import { Projections } from './projections.ts';

const ONE_O_CLOCK = NOON_MS + HOUR_MS;
let community: TestCommunity;

beforeEach(async () => {
  community = await TestCommunity.open(
    {},
    undefined,
    [],
    [MARKET, { ...MARKET, market: 2, kind: 'negotiated', mechanism: 'negotiation', name: 'talks' }],
  );
  await community.enrol('ana');
  await community.enrol('ben', 'household');
});
afterEach(() => community.node.stop());

const order = (side: 'sell' | 'buy', market: number, limit: bigint) => {
  const body = { market, slotMs: ONE_O_CLOCK, energy: 500n as Energy, limit: limit as Price };
  return side === 'sell'
    ? { type: ACTION.share, body: encode(shareCodec, body) }
    : { type: ACTION.request, body: encode(requestCodec, body) };
};

/** The name of a member's first transaction's first action, as an order. */
function firstOrder(name: string): OrderId {
  const { projections } = community.node;
  const place = projections.transactionsOf(community.member(name).number)[0];
  const id = projections.block(place?.height as number)?.transactions[place?.index as number]?.id;
  return { transaction: id as Uint8Array, index: 0, derivedForMs: 0 };
}

test('a trade of the call knows the limits that met in it, whoever sent or stood', async () => {
  await community.send('ana', order('sell', 1, 120_000n));
  await community.stand('ana', 'sell', 300n, 90_000n);
  await community.stand('ben', 'buy', 700n, 280_000n);
  for (let slot = 0; slot < 6; slot++) await community.advance(SLOT_MS);
  const { projections } = community.node;
  const trades = projections
    .tradesOf(community.member('ben').number)
    .filter((one) => one.terms.slotMs === ONE_O_CLOCK);
  expect(trades.map((one) => [one.terms.energy, one.limits]).sort()).toEqual([
    [300n, { buy: 280_000n, sell: 90_000n }],
    [400n, { buy: 280_000n, sell: 120_000n }],
  ]);
  const clearing = projections.clearing(1, ONE_O_CLOCK);
  expect(clearing).toMatchObject({ volume: 700n, offered: 800n, requested: 700n, trades: 2 });
});

test('a negotiated trade has none: its price was agreed', async () => {
  expect(await community.send('ana', order('sell', 2, 150_000n))).toEqual(['done']);
  const share = firstOrder('ana');
  const terms = { energy: 500n as Energy, price: 140_000n as Price };
  const reply = { type: ACTION.reply, body: encode(replyCodec, { order: share, ...terms }) };
  expect(await community.send('ben', reply)).toEqual(['done']);
  const { transaction, index } = firstOrder('ben');
  const negotiation = { transaction, index };
  const accept = { type: ACTION.accept, body: encode(acceptCodec, { negotiation, ...terms }) };
  expect(await community.send('ana', accept)).toEqual(['done']);
  const { projections, ledger } = community.node;
  const [trade] = projections.tradesOf(community.member('ana').number);
  expect(trade).toMatchObject({ limits: undefined, terms: { price: 140_000n } });
  expect(community.node.words(ledger.head?.height as number)).toContain(
    '1 trade agreed by negotiation: 0.5 kWh',
  );
});

test('what is followed block by block is what is built again from all blocks', async () => {
  await community.stand('ana', 'sell', 300n, 90_000n);
  await community.stand('ben', 'buy', 200n, 280_000n);
  for (let slot = 0; slot < 10; slot++) await community.advance(SLOT_MS);
  const { ledger, crypto, projections } = community.node;
  const again = new Projections(ledger, crypto);
  again.rebuild();
  const seen = (of: Projections) => {
    const members = ['ana', 'ben'].map((name) => community.member(name).number);
    return {
      clearings: of.clearingsOf(1),
      runs: of.runs,
      day: of.totalsOfDay(Date.UTC(2026, 2, 21)),
      members: members.map((member) => ({
        transactions: of.transactionsOf(member),
        trades: of.tradesOf(member),
        postings: of.postingsOf(member),
        settled: of.settledOf(member),
        changes: of.changesOf(member),
      })),
    };
  };
  expect(seen(again)).toEqual(seen(projections));
  expect(seen(projections).runs.length).toBeGreaterThan(0);
  const volume = projections.clearingsOf(1).reduce((wh, one) => wh + one.volume, 0n);
  expect(projections.totalsOfDay(Date.UTC(2026, 2, 21)).energy).toBe(volume);
  const [trade] = projections.tradesOf(community.member('ana').number);
  const name = toHex(trade?.id as Uint8Array);
  expect(projections.trade(name)).toBe(trade);
  expect(fromHex(name)).toEqual(trade?.id);
});

test('a reader of blocks hears of each once, until it leaves', async () => {
  const { projections } = community.node;
  const heard: number[] = [];
  const leave = projections.onBlock((block) => heard.push(block.header.height));
  await community.stand('ana', 'sell', 300n, 90_000n);
  await community.stand('ben', 'buy', 300n, 90_000n);
  leave();
  await community.enrol('cleo');
  expect(heard).toHaveLength(2);
  expect(heard[1]).toBe((heard[0] as number) + 1);
});

test('on disk the projections are there again after a restart', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'commonwatt-projections-'));
  try {
    let other = await TestCommunity.open({ dir });
    const { number } = await other.enrol('ana');
    expect(other.node.projections.changesOf(number)).toHaveLength(1);
    await other.node.stop();
    other = await TestCommunity.open({ dir });
    expect(other.node.projections.changesOf(number)).toHaveLength(1);
    await other.node.stop();
  } finally {
    rmSync(dir, { recursive: true });
  }
});
