import { toHex } from '@commonwatt/ledger';
import { money } from '@commonwatt/units';
import { describe, expect, test } from 'vitest';
import { ACTION } from '../action-types.ts';
import type { Cleared, Traded } from '../events.ts';
import { action, hashOf, TestingLedger } from '../execution/testing-ledger.test-support.ts';
import { account, balanceOf } from '../wallet/accounts.ts';
import { depositCodec } from '../wallet/messages.ts';
import { acceptCodec, requestCodec, sendEnergyCodec, shareCodec } from './messages.ts';
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
