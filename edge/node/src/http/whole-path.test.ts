/** From readings posted to a statement read: a real node behind real sockets. */

import { createHash, randomBytes } from 'node:crypto';
import { formatRequestProof, requestText } from '@commonwatt/api';
import { type Signer, toHex } from '@commonwatt/ledger';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SignedReading } from '../desks.ts';
import { HOUR_MS, NOON_MS, SLOT_MS, TestCommunity } from '../testing/community.ts';

const FROM_MS = NOON_MS + HOUR_MS;
let community: TestCommunity;
let base: string;

function view(reading: SignedReading) {
  const { meter, slotMs, counter, imported, exported, key, signature } = reading;
  const { quality, version } = reading;
  return {
    meter,
    slotMs,
    counter,
    importedWh: `${imported}`,
    exportedWh: `${exported}`,
    quality,
    version,
    key: toHex(key),
    signature: toHex(signature),
  };
}

beforeAll(async () => {
  community = await TestCommunity.open({ manual: false, http: { port: 0 } });
  await community.node.listen();
  base = community.node.url as string;
  await community.enrol('ana');
  await community.enrol('ben', 'household');
  await community.stand('ana', 'sell', 1000n, 100_000n);
  await community.stand('ben', 'buy', 800n, 300_000n);
  for (let slot = 0; slot < 8; slot++) await community.advance(SLOT_MS);
});
afterAll(() => community.node.stop());

async function get(url: string, signer?: Signer) {
  const headers: Record<string, string> = {};
  if (signer !== undefined) {
    const chain = toHex(community.node.ledger.chain);
    const [timeMs, nonce] = [Date.now(), randomBytes(16).toString('hex')];
    const bodyHash = createHash('sha256').digest('hex');
    const text = requestText({ chain, method: 'GET', target: url, timeMs, nonce, bodyHash });
    const signature = toHex(signer.sign(Buffer.from(text)));
    const proof = { key: toHex(signer.publicKey), timeMs, nonce, signature };
    headers.authorization = formatRequestProof(proof);
  }
  const response = await fetch(`${base}${url}`, { headers });
  const body: unknown = await response.json();
  return { status: response.status, body };
}

const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

type Figures = Readonly<Record<string, string>>;

/** What the statement of a period says that runs settled. */
function settledSlots(body: unknown) {
  const { slots } = body as {
    readonly slots: readonly { readonly slotMs: number; readonly settled: Figures | null }[];
  };
  return slots.flatMap(({ slotMs, settled }) => (settled === null ? [] : [{ slotMs, settled }]));
}

/** The same from a proof file, in which a slot line opens its commitment. */
function slotLinesOf(bundle: unknown) {
  const { statements } = bundle as {
    readonly statements: readonly { readonly slotLines: readonly Figures[] }[];
  };
  const lines = statements.flatMap(({ slotLines }) => slotLines);
  expect(lines.length).toBeGreaterThanOrEqual(4);
  return lines.map(({ slotMs, ...line }) => {
    const { bought, sold, imported, exported, salt, ...shown } = line;
    const { buyerShort, sellerShort, sharedMoney, ...same } = shown;
    return {
      slotMs: Number(slotMs),
      settled: {
        stage: 'final',
        sequence: 0,
        ...same,
        allocatedBuy: bought,
        allocatedSell: sold,
        deviationBuy: buyerShort,
        deviationSell: sellerShort,
        shared: sharedMoney,
        charge: '0',
      },
    };
  });
}

describe('a node behind its doors', () => {
  test('takes readings, settles, and shows each member its own', async () => {
    const readings = [];
    for (let slotMs = FROM_MS; slotMs < FROM_MS + HOUR_MS; slotMs += SLOT_MS) {
      readings.push(view(community.reading('ana', slotMs, { exported: 700n })));
      readings.push(view(community.reading('ben', slotMs, { imported: 800n })));
    }
    const forged = { ...(readings[0] as object), counter: 99, importedWh: '1' };
    const response = await fetch(`${base}/api/readings`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ readings: [...readings, forged] }),
    });
    const { results } = (await response.json()) as { results: string[] };
    expect(results).toEqual([...readings.map(() => 'stored'), 'signature_wrong']);
    const steps = await community.advance(SLOT_MS);
    expect(steps).toMatchObject([{ step: 'settled', missingReadings: 0 }]);
    const { signer, number } = community.member('ana');
    const own = `/api/members/${number}`;
    const asked = ['trades', 'statements', 'readings', 'balance', 'orders', 'bundle'];
    const rows: Record<string, unknown> = {};
    for (const row of asked) {
      const { status, body } = await get(`${own}/${row}`, signer);
      expect([row, status]).toEqual([row, 200]);
      rows[row] = body;
    }
    const settled = { settled: true, delivered: '700', paid: expect.stringMatching(/^[1-9]\d+$/) };
    expect(rows).toMatchObject({
      trades: {
        trades: expect.arrayContaining([expect.objectContaining({ slotMs: FROM_MS, ...settled })]),
      },
      statements: { statements: [{ sold: '2800' }, {}] },
      bundle: { format: 'commonwatt/bundle/1', member: number },
    });
    expect(JSON.stringify(rows.statements)).toContain('"words":"You sold ');
    expect((rows.readings as { readings: unknown[] }).readings).toHaveLength(4);
    const days = `fromDay=${dayOf(FROM_MS)}&untilDay=${dayOf(FROM_MS + 24 * HOUR_MS)}`;
    const period = await get(`${own}/period?${days}&slots=yes`, signer);
    expect(settledSlots(period.body)).toEqual(slotLinesOf(rows.bundle));
    for (const row of asked) {
      expect((await get(`${own}/${row}`, community.member('ben').signer)).status).toBe(403);
      expect((await get(`${own}/${row}`)).status).toBe(401);
    }
  });

  test('shows everyone the market without names', async () => {
    const urls = [
      '/health',
      '/api/ledger',
      '/api/blocks?limit=500',
      '/api/markets',
      `/api/markets/1/slots/${FROM_MS}/clearing`,
      `/api/markets/1/slots/${community.clock.ms - (community.clock.ms % SLOT_MS) + 2 * SLOT_MS}/book`,
      '/api/markets/1/prices',
      '/api/community',
    ];
    for (const url of urls) {
      const { status, body } = await get(url);
      expect([url, status]).toEqual([url, 200]);
      expect(JSON.stringify(body)).not.toMatch(/"(member|seller|buyer|counterparty)":/);
    }
    const height = community.node.ledger.head?.height ?? 0;
    for (let at = 0; at <= height; at++) {
      const { status, body } = await get(`/api/blocks/${at}`);
      expect(status).toBe(200);
      const { publicEvents } = body as { publicEvents: { name: string }[] };
      for (const { name } of publicEvents) {
        expect(['cleared', 'market changed', 'readings committed', 'run settled']).toContain(name);
      }
    }
  });
});
