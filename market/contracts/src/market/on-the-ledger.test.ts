import { toHex } from '@commonwatt/ledger';
import { findMechanism, lotsBySeed, type Order, parseField } from '@commonwatt/mechanisms';
import { money, power } from '@commonwatt/units';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ACTION } from '../action-types.ts';
import type { Cleared, Traded } from '../events.ts';
import {
  action,
  hashOf,
  TestingLedger,
  testingCrypto,
} from '../execution/testing-ledger.test-support.ts';
import { feederOf } from '../metering/feeder.ts';
import { PLAIN_CONNECTION, registerMeterCodec } from '../metering/messages.ts';
import { account, balanceOf } from '../wallet/accounts.ts';
import { depositCodec } from '../wallet/messages.ts';
import { timeOf } from './clearing.ts';
import { callMechanism, isByZone, MECHANISM_VERSIONS } from './mechanism.ts';
import { acceptCodec, requestCodec, sendEnergyCodec, shareCodec } from './messages.ts';
import { orderIdText } from './order-id.ts';
import { priceOf } from './payment.ts';
import { orders } from './state.ts';
import {
  at,
  CALL,
  callAuction,
  GATE_MS,
  NEGOTIATED,
  negotiated,
  SLOT_MS,
  wh,
} from './testing/bare-market.ts';
import { COMMUNITY_ZONE, zoneOf } from './zones.ts';

async function street(): Promise<TestingLedger> {
  const ledger = await TestingLedger.create({
    founders: { ana: {}, ben: {}, sun: { kind: 'solar system' } },
    genesis: { markets: [callAuction(), negotiated()] },
  });
  for (const name of ['ana', 'ben']) {
    const { number } = ledger.member(name);
    const message = { member: number, amount: money(100_000n), reference: hashOf(name) };
    const deposited = await ledger.run('officer', action(ACTION.deposit, depositCodec, message));
    expect(deposited).toEqual(['done']);
  }
  return ledger;
}

const buy = (wattHours: bigint, nano: bigint | undefined, market = CALL) =>
  action(ACTION.request, requestCodec, {
    market,
    slotMs: SLOT_MS,
    energy: wh(wattHours),
    limit: nano === undefined ? undefined : at(nano),
  });
const sell = (wattHours: bigint, nano: bigint, market = CALL) =>
  action(ACTION.share, shareCodec, {
    market,
    slotMs: SLOT_MS,
    energy: wh(wattHours),
    limit: at(nano),
  });

/** Two buyers and a seller in one block, then the gate, then the clearing. */
async function cleared(names: readonly string[]) {
  const ledger = await street();
  const actions = { ana: buy(50n, 120n), ben: buy(40n, 120n), sun: sell(60n, 80n) };
  for (const name of names) ledger.submit(name, actions[name as keyof typeof actions]);
  const sent = await ledger.block();
  expect(sent.results.map(({ actions: codes }) => codes)).toEqual([['done'], ['done'], ['done']]);
  const closing = await ledger.block(GATE_MS);
  const clearing = await ledger.block();
  return { ledger, closing, clearing };
}

describe('on the real ledger', () => {
  test('a slot closes, clears in the next block by its seed, and replays to the same hash', async () => {
    const { ledger, closing, clearing } = await cleared(['ana', 'ben', 'sun']);
    const receipts = clearing.happened.filter(({ name }) => name === 'cleared');
    const [{ seed, price, volume }] = receipts.map(({ value }) => value) as [Cleared];
    expect(toHex(seed)).toBe(toHex(closing.hash));
    expect([price, volume]).toEqual([120n, 60n]);
    const escrow = ['ana', 'ben'].map((name) =>
      balanceOf(ledger.state, account(ledger.member(name).number, 'escrow')),
    );
    expect(escrow.reduce((a, b) => a + b, 0n)).toBe(7200n);
    expect(toHex(await ledger.replayed())).toBe(toHex(ledger.ledger.headHash));
    expect(toHex(ledger.reopened().headHash)).toBe(toHex(ledger.ledger.headHash));
  });

  test('M-6: the order of arrival changes neither price nor fills', async () => {
    const outcomes = [];
    for (const names of [
      ['ana', 'ben', 'sun'],
      ['sun', 'ben', 'ana'],
    ]) {
      const { clearing } = await cleared(names);
      const trades = clearing.happened.filter(({ name }) => name === 'traded');
      outcomes.push(
        trades
          .map(({ value }) => (value as Traded).terms)
          .map(({ buyer, energy, price }) => `${buyer} ${energy} ${price}`)
          .sort(),
      );
    }
    expect(outcomes[0]).toEqual(outcomes[1]);
    expect(outcomes[0]).toHaveLength(2);
  });

  test('SETM: request, share, SEND and acceptance, each a signed transaction', async () => {
    const ledger = await street();
    expect(await ledger.run('ana', buy(30n, undefined, NEGOTIATED))).toEqual(['done']);
    const share = ledger.submit('sun', sell(30n, 52n, NEGOTIATED));
    expect(share.length).toBeGreaterThan(0);
    const begun = await ledger.block();
    const transaction = begun.receipts[0]?.transactionId ?? new Uint8Array(32);
    const terms = { energy: wh(30n), price: at(46n) };
    ledger.submit(
      'sun',
      action(ACTION.sendEnergy, sendEnergyCodec, {
        share: { transaction, index: 0, derivedForMs: 0 },
        to: ledger.member('ana').number,
        ...terms,
      }),
    );
    const sent = await ledger.block();
    const negotiation = {
      transaction: sent.receipts[0]?.transactionId ?? new Uint8Array(32),
      index: 0,
    };
    const accepting = action(ACTION.accept, acceptCodec, { negotiation, ...terms });
    expect(await ledger.run('ben', accepting)).toEqual(['not_your_negotiation']);
    expect(await ledger.run('ana', accepting)).toEqual(['done']);
    const ana = account(ledger.member('ana').number, 'escrow');
    expect(balanceOf(ledger.state, ana)).toBe(1380n);
    expect(toHex(await ledger.replayed())).toBe(toHex(ledger.ledger.headHash));
  });
});

const NAMES = ['ana', 'ben', 'cleo', 'dan', 'eva', 'finn'];
const PARAMS: Readonly<Record<string, string>> = {
  average: 'reserve=0.001',
  'ascending-increment': 'increment=0.002',
};

const IN_THE_NORTH = ['ana', 'ben', 'eva'];
const BRANCH = { from: 'north', to: COMMUNITY_ZONE, limit: wh(7n) };

/** Signed orders of a random book in two blocks, then the gate, then the clearing. */
async function clearedBy(mechanism: string, settings: readonly { name: string; value: string }[]) {
  const founders = Object.fromEntries(NAMES.map((name) => [name, {}]));
  const network = mechanism === 'zonal' ? [BRANCH] : undefined;
  const rules = callAuction({ mechanism, network, ...(settings.length > 0 && { settings }) });
  const ledger = await TestingLedger.create({ founders, genesis: { markets: [rules] } });
  for (const name of NAMES) {
    const { number } = ledger.member(name);
    const message = { member: number, amount: money(1_000_000n), reference: hashOf(name) };
    await ledger.run('officer', action(ACTION.deposit, depositCodec, message));
    if (!isByZone(callMechanism(mechanism, 1)) || !IN_THE_NORTH.includes(name)) continue;
    const meter = action(ACTION.registerMeter, registerMeterCodec, {
      ...PLAIN_CONNECTION,
      member: number,
      source: 'provider',
      key: ledger.member('officer').key.publicKey,
      importLimitW: power(1000n),
      exportLimitW: power(1000n),
      position: { feeder: BRANCH.from, transformer: '' },
      renewable: 'no',
    });
    expect(await ledger.run('officer', meter)).toEqual(['done']);
  }
  const book = fc.array(
    fc.tuple(fc.constantFrom(...NAMES), fc.boolean(), fc.bigInt(1n, 30n), fc.bigInt(-9n, 9n)),
    { minLength: 16, maxLength: 16 },
  );
  const [sent = []] = fc.sample(book, { numRuns: 1, seed: 42 });
  for (const [index, [name, buys, wattHours, limit]] of sent.entries()) {
    ledger.submit(name, buys ? buy(wattHours, limit + 3n) : sell(wattHours, limit - 3n));
    if (index % 8 === 7) await ledger.block();
  }
  const rows = ledger.state.entries(orders).map(([id, order]): Order => {
    const { member, side, limit, energy } = order;
    if (limit === undefined) throw new Error('a call has limits');
    const zone = zoneOf(feederOf(ledger.state, member), rules);
    const time = timeOf(order);
    return { id: orderIdText(id), member: `${member}`, side, limit, energy, time, zone };
  });
  const closing = await ledger.block(GATE_MS);
  return { ledger, rows, closing, clearing: await ledger.block() };
}

test.each([...MECHANISM_VERSIONS.keys()].filter((name) => name !== 'negotiation'))(
  '%s: signed orders give the trades of `clear --mechanism NAME --seed HASH` on the same rows',
  async (name) => {
    const [param, value] = (PARAMS[name] ?? '').split('=');
    const settings = param === undefined || value === undefined ? [] : [{ name: param, value }];
    const { ledger, rows, closing, clearing } = await clearedBy(name, settings);
    expect(rows).toHaveLength(16);
    const mechanism = findMechanism(name);
    if (mechanism?.kind !== 'auction') throw new Error(`${name}: expected an auction`);
    const field = mechanism.settings.find((one) => one.name === param);
    const parsed = field && value !== undefined ? parseField(field, value) : undefined;
    const values = parsed && 'value' in parsed && param ? { [param]: parsed.value } : {};
    const lots = lotsBySeed(testingCrypto.sha256, toHex(closing.hash));
    const member = new Map(rows.map((row) => [row.id, Number(row.member)]));
    const tables = { network: [{ from: BRANCH.from, to: BRANCH.to, limit_wh: BRANCH.limit }] };
    const expected = mechanism.clear({ orders: rows, lots, settings: values, tables }).trades;
    const terms = clearing.happened
      .filter((one) => one.name === 'traded')
      .map((one) => (one.value as Traded).terms);
    expect(terms.length).toBeGreaterThan(0);
    expect(
      terms.map((one) => [one.buyer, one.seller, one.energy, one.price, priceOf(one, 'sell')]),
    ).toEqual(
      expected.map(({ bid, ask, energy, buyerPrice, sellerPrice }) => {
        return [member.get(bid), member.get(ask), energy, buyerPrice, sellerPrice];
      }),
    );
    expect(toHex(await ledger.replayed())).toBe(toHex(ledger.ledger.headHash));
  },
);
