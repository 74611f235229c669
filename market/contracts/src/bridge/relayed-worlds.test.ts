/**
 * Two executions and a relayer that crashes, restarts, repeats itself and is not alone, in random
 * order: nothing is lost, nothing is there twice, on neither side and at no step.
 */

import { type Action, equalBytes } from '@commonwatt/ledger';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ACTION } from '../action-types.ts';
import { certificatesStanding } from '../certificates/compliance.ts';
import {
  CARRIED,
  debts,
  entitlements,
  entitlementsToCarry,
  sources,
} from '../certificates/state.ts';
import {
  action,
  GENESIS_MS,
  hashOf,
  testingCrypto,
} from '../execution/testing-ledger.test-support.ts';
import { account, balanceOf, ISSUANCE } from '../wallet/accounts.ts';
import { burnCodec } from './messages.ts';
import { pegOf } from './peers.ts';
import { crossingsIn } from './prove.ts';
import { carryActions, relayActions } from './relay.ts';
import { arrivals } from './state.ts';
import {
  CERTIFICATES,
  FINALITY_BLOCKS,
  fund,
  grantOf,
  lockCoin,
  lockEntitlementOf,
  MARKET,
  nano,
  type SigningLedger,
  type TwoLedgers,
  twoLedgers,
  wh,
} from './testing/two-ledgers.ts';

const NAMES = ['ana', 'ben'] as const;
const FUNDED = 1000;

type Crash = 'no' | 'before sending' | 'after sending' | 'in the block' | 'sent twice' | 'late';

/** Carries from one ledger to the other, and may forget everything at any step. */
class Relayer {
  readonly from: SigningLedger;
  readonly to: SigningLedger;
  #fromHeight = 0;
  /** What it has signed and not seen arrive. */
  #late: readonly Action[] = [];

  constructor(from: SigningLedger, to: SigningLedger) {
    this.from = from;
    this.to = to;
  }

  async run(crash: Crash): Promise<void> {
    const { ledger } = this.to;
    const { actions, nextHeight } = relayActions(testingCrypto, {
      from: this.from.ledger.ledger,
      note: this.from.note(),
      to: ledger.state,
      toChain: ledger.chain,
      fromHeight: this.#fromHeight,
    });
    if (crash === 'before sending') return this.#restart();
    if (crash === 'late') {
      // An answer of earlier is sent now, behind whatever has happened since.
      if (this.#late.length > 0) await ledger.run('ben', ...this.#late);
      this.#late = actions;
      return;
    }
    if (actions.length > 0) {
      ledger.submit('officer', ...actions);
      if (crash === 'sent twice') ledger.submit('ana', ...actions);
      if (crash === 'in the block') {
        // The node dies between execution and commit: nothing of the block is there.
        const before = ledger.ledger.headHash;
        expect(equalBytes(ledger.reopened().headHash, before)).toBe(true);
      }
      const { results } = await ledger.block();
      expect(results.every(({ code }) => code === 'done')).toBe(true);
      expect(results[0]?.actions.every((code) => code === 'done')).toBe(true);
      if (crash === 'after sending') return this.#restart();
    }
    this.#fromHeight = nextHeight;
    return undefined;
  }

  #restart(): void {
    this.#fromHeight = 0;
    this.#late = [];
  }
}

/** Coin that left a ledger and has not arrived. */
function underWay(from: SigningLedger, to: SigningLedger, peer: number): bigint {
  let sum = 0n;
  for (let height = 0; height <= from.ledger.height; height++) {
    const record = from.ledger.ledger.record(height);
    for (const { crossing } of record === undefined ? [] : crossingsIn(record)) {
      const arrived = to.ledger.state.get(arrivals, { peer, number: crossing.number });
      if (arrived === undefined) sum += crossing.amount;
    }
  }
  return sum;
}

function expectConserved({ market, certificates }: TwoLedgers): void {
  const locked = balanceOf(market.ledger.state, account(0, 'pegged'));
  const minted = -balanceOf(certificates.ledger.state, ISSUANCE);
  const there = underWay(market, certificates, MARKET);
  const back = underWay(certificates, market, CERTIFICATES);
  expect(locked).toBe(minted + there + back);
  const sums = (side: SigningLedger) => NAMES.reduce((sum, name) => sum + side.free(name), 0n);
  expect(sums(market) + locked).toBe(BigInt(NAMES.length * FUNDED));
  expect(sums(certificates)).toBe(minted);
  const out = pegOf(market.ledger.state, CERTIFICATES);
  const into = pegOf(certificates.ledger.state, MARKET);
  expect(out.out - into.in).toBe(there);
  expect(into.out - out.in).toBe(back);
  // What is certified was granted, in the version that is certified or an earlier one.
  for (const [key, source] of certificates.ledger.state.entries(sources)) {
    const { member, kind, source: of } = key;
    const granted = market.ledger.state.get(entitlements, { member, kind, source: of });
    expect(granted?.lockedVersion).toBeGreaterThanOrEqual(source.version);
    if (granted?.version === source.version) expect(source.energy).toBe(granted.energy);
  }
}

const CRASHES: readonly Crash[] = [
  'no',
  'no',
  'before sending',
  'after sending',
  'in the block',
  'sent twice',
  'late',
];
const step = fc.record({
  what: fc.constantFrom('lock', 'burn', 'grant', 'go', 'there', 'there', 'back', 'back', 'block'),
  name: fc.constantFrom(...NAMES),
  count: fc.integer({ min: 1, max: 400 }),
  deal: fc.integer({ min: 1, max: 2 }),
  crash: fc.constantFrom(...CRASHES),
});
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

async function take(
  two: TwoLedgers,
  relayers: readonly [Relayer, Relayer],
  one: Step,
): Promise<void> {
  const { what, name, count, deal, crash } = one;
  const { market, certificates } = two;
  const key = {
    member: market.ledger.member(name).number,
    kind: 'renewable' as const,
    source: hashOf(`deal ${deal}`),
  };
  if (what === 'there') return relayers[0].run(crash);
  if (what === 'back') return relayers[1].run(crash);
  if (what === 'lock') await market.ledger.run(name, lockCoin(nano(count)));
  else if (what === 'burn') {
    const burnt = { peer: MARKET, amount: nano(count) };
    await certificates.ledger.run(name, action(ACTION.burnCoin, burnCodec, burnt));
  } else if (what === 'grant') {
    const production = {
      fromMs: GENESIS_MS,
      untilMs: GENESIS_MS + 1,
      technology: 'wind' as const,
      region: 'A',
    };
    const granted = grantOf({ ...key, ...production, energy: wh(count) });
    await market.ledger.run('officer', granted, ...carryActions(market.ledger.state, CERTIFICATES));
  } else if (what === 'go') await market.ledger.run(name, lockEntitlementOf(key));
  else await Promise.all([market.blocks(1), certificates.blocks(1)]);
  return undefined;
}

test('conserved on both sides at every step, and all of it arrives in the end', async () => {
  let carried = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 12, maxLength: 30 }), async (steps) => {
      const two = await twoLedgers(NAMES);
      const { market, certificates } = two;
      for (const name of NAMES) await fund(market, name, nano(FUNDED));
      const relayers = [
        new Relayer(market, certificates),
        new Relayer(certificates, market),
      ] as const;
      for (const one of steps) {
        await take(two, relayers, one);
        expectConserved(two);
      }
      for (let turn = 0; turn < 3; turn++) {
        const corrections = carryActions(market.ledger.state, CERTIFICATES);
        if (corrections.length > 0) await market.ledger.run('ben', ...corrections);
        await market.blocks(FINALITY_BLOCKS);
        await certificates.blocks(FINALITY_BLOCKS);
        await new Relayer(market, certificates).run('no');
        await new Relayer(certificates, market).run('no');
      }
      expectConserved(two);
      expect(underWay(market, certificates, MARKET)).toBe(0n);
      expect(underWay(certificates, market, CERTIFICATES)).toBe(0n);
      expect(market.ledger.state.group(entitlementsToCarry, CARRIED)).toEqual([]);
      const granted = market.ledger.state
        .entries(entitlements)
        .reduce((sum, [, one]) => (one.lockedVersion > 0 ? sum + one.energy : sum), 0n);
      const owed = certificates.ledger.state
        .entries(debts)
        .reduce((sum, [, one]) => sum + one.energy, 0n);
      expect(certificatesStanding(certificates.ledger.state) - owed).toBe(granted);
      for (const { ledger } of [market, certificates]) {
        expect(equalBytes(await ledger.replayed(), ledger.ledger.headHash)).toBe(true);
      }
      carried += certificates.ledger.state.size(arrivals) + market.ledger.state.size(arrivals);
    }),
    { numRuns: 12 },
  );
  expect(carried).toBeGreaterThan(12);
});
