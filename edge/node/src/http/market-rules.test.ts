import { createHash } from 'node:crypto';
import { routes, schemaFault } from '@commonwatt/api';
import { MemoryStorage } from '@commonwatt/consensus';
import { ACTION, type DefineMarket, requestCodec, shareCodec } from '@commonwatt/contracts';
import { encode } from '@commonwatt/ledger';
import { lotsBySeed } from '@commonwatt/mechanisms';
import { energy, price } from '@commonwatt/units';
import { describe, expect, test } from 'vitest';
import {
  CALL,
  GENESIS_MS,
  keyOf,
  marketOf,
  numberOf,
  SLOT_MS,
  TestingCommunity,
} from './testing-community.test-support.ts';

const sha256 = (bytes: Uint8Array) => new Uint8Array(createHash('sha256').update(bytes).digest());
const settings = [{ name: 'reserve', value: '140' }];

async function answerOf(community: TestingCommunity, path: string, name?: string) {
  const answer = await community.knock({
    url: path,
    as: name === undefined ? undefined : keyOf(name),
  });
  expect(answer.statusCode, answer.body).toBe(200);
  return answer.json();
}

/** Ana sells to bob, who asks first; the slot is cleared by the rule. */
async function cleared(changes: Partial<DefineMarket>) {
  const community = await TestingCommunity.open({}, new MemoryStorage(), {
    parameters: { markets: [marketOf(CALL, changes)] },
  });
  const order = (wattHours: bigint, limit: bigint) => ({
    market: CALL,
    slotMs: SLOT_MS,
    energy: energy(wattHours),
    limit: price(limit),
  });
  const bought = encode(requestCodec, order(600n, 200_000n));
  const sold = encode(shareCodec, order(1000n, 100_000n));
  const bob = await community.send('bob', { type: ACTION.request, body: bought });
  community.clock.ms += 1000;
  const ana = await community.send('ana', { type: ACTION.share, body: sold });
  return { community, sent: { ana, bob } };
}

async function passGate(community: TestingCommunity): Promise<void> {
  await community.passTo(SLOT_MS - 300_000);
  await community.passTo(SLOT_MS - 200_000);
}

const slot = `/api/markets/${CALL}/slots/${SLOT_MS}`;

describe('a market with a rule of another name', () => {
  test('shows the rule and its settings, before and after the gate', async () => {
    const { community } = await cleared({ mechanism: 'average', settings });
    try {
      const { markets } = await answerOf(community, '/api/markets');
      expect(markets).toMatchObject([{ mechanism: 'average', settings }]);
      const { indication } = await answerOf(community, `${slot}/book`);
      expect(indication).toEqual({
        price: '150000',
        sellerPrice: '150000',
        volume: '600',
      });
      await passGate(community);
      const answer = await answerOf(community, `${slot}/clearing`);
      expect(schemaFault(routes.slotClearing.response, answer, 'slotClearing')).toBeUndefined();
      expect(answer).toMatchObject({
        clearing: { mechanism: 'average', settings, price: '150000', volume: '600' },
        meanPrice: '150000',
        meanSellerPrice: '150000',
        spread: '0',
      });
      expect(answer.rule).toMatch(/the price is the mean of the last bid and the last ask/);
      expect(answer.clearing.lines).toMatchObject([
        { party: null, placedMs: null },
        { party: null, placedMs: null },
      ]);
    } finally {
      await community.close();
    }
  });

  test('of two prices shows each side its own, both means, and where the difference goes', async () => {
    const { community } = await cleared({ mechanism: 'pay-as-bid' });
    try {
      expect((await answerOf(community, `${slot}/book`)).indication).toEqual({
        price: '200000',
        sellerPrice: '100000',
        volume: '600',
      });
      await passGate(community);
      const { clearing, ...told } = await answerOf(community, `${slot}/clearing`);
      expect(clearing.price).toBe(null);
      expect(told).toMatchObject({
        meanPrice: '200000',
        meanSellerPrice: '100000',
        spread: '60000000',
      });
      const { prices } = await answerOf(
        community,
        `/api/markets/${CALL}/prices?from=${GENESIS_MS}`,
      );
      expect(prices).toMatchObject([
        { slotMs: SLOT_MS, price: '200000', sellerPrice: '100000', volume: '600', trades: 1 },
      ]);
      const tradeOf = async (name: 'ana' | 'bob') =>
        (await answerOf(community, `/api/members/${numberOf(name)}/trades`, name)).trades[0];
      expect(await tradeOf('ana')).toMatchObject({ price: '100000', money: '60000000' });
      expect(await tradeOf('bob')).toMatchObject({ price: '200000', money: '120000000' });
    } finally {
      await community.close();
    }
  });

  test('over a network shows its lines and where orders are metered', async () => {
    const lines = [{ from: 'north', to: 'community', limit: energy(500n) }];
    const network = lines.map((line) => ({ ...line, limit: '500' }));
    const { community } = await cleared({ mechanism: 'zonal', network: lines });
    try {
      const { markets } = await answerOf(community, '/api/markets');
      expect(markets).toMatchObject([{ mechanism: 'zonal', network }]);
      const { indication } = await answerOf(community, `${slot}/book`);
      expect(indication).toMatchObject({ price: '100000', volume: '600' });
      await passGate(community);
      const answer = await answerOf(community, `${slot}/clearing`);
      expect(schemaFault(routes.slotClearing.response, answer, 'slotClearing')).toBeUndefined();
      expect(answer).toMatchObject({
        clearing: { network, lines: [{ zone: 'community' }, { zone: 'community' }] },
      });
    } finally {
      await community.close();
    }
  });

  test('by time shows when orders came, under lots that their names and the printed seed give', async () => {
    const { community, sent } = await cleared({ mechanism: 'continuous' });
    try {
      await passGate(community);
      const { clearing } = await answerOf(community, `${slot}/clearing`);
      const lotOf = lotsBySeed(sha256, clearing.seed);
      const placed = (name: 'ana' | 'bob') =>
        clearing.lines.find(({ lot }: { lot: string }) => lot === lotOf(`${sent[name]}:0`))
          .placedMs;
      expect(placed('bob')).toBeLessThan(placed('ana'));
      expect(clearing.lines.map(({ party }: { party: null }) => party)).toEqual([null, null]);
    } finally {
      await community.close();
    }
  });
});
