import { type Action, formatVerifierKey, NOTE_SIGNATURE } from '@commonwatt/ledger';
import { energy, money } from '@commonwatt/units';
import { describe, expect, test } from 'vitest';
import { ACTION } from '../action-types.ts';
import { lockCodec, namePeerCodec } from '../bridge/messages.ts';
import { bridgeModule } from '../bridge/module.ts';
import { carryActions } from '../bridge/relay.ts';
import { marketModule } from '../execution/market-by-meters.ts';
import {
  action,
  hashOf,
  ruleBookOf,
  testingKey,
} from '../execution/testing-ledger.test-support.ts';
import { governanceModule } from '../governance/module.ts';
import { identityModule } from '../identity/module.ts';
import { meteringModule } from '../metering/module.ts';
import { SETTLEMENT_VERSIONS, settlementModule } from '../settlement/module.ts';
import type { ComputedRun } from '../settlement/run.ts';
import {
  ANA,
  BEN,
  DORA,
  plantingModule,
  type SettlingLedger,
  SMALL_TRADES,
  smallStreet,
} from '../settlement/testing/settling-ledger.ts';
import { readingsOf, sha256 } from '../settlement/testing/street.ts';
import { walletModule } from '../wallet/module.ts';
import { entitlementOf } from './entitlements.ts';
import { type OpenRenewable, openRenewableCodec } from './messages.ts';
import { certificatesModule } from './module.ts';
import { runSource } from './open-renewable.ts';
import { openings } from './state.ts';

const rules = ruleBookOf(
  [
    identityModule,
    walletModule,
    marketModule,
    meteringModule,
    settlementModule,
    certificatesModule,
    bridgeModule,
    governanceModule,
    plantingModule,
  ],
  new Map([['settlement', SETTLEMENT_VERSIONS]]),
);
const PEER = 1;

/** What opens the commitment that a run makes for a member. */
function openingOf(run: ComputedRun, member: number): OpenRenewable {
  const found = run.members.find((one) => one.member === member);
  if (found === undefined) throw new Error(`expected member ${member} in the run`);
  const { periodFromMs, bought, sold, renewable, salt } = found.energy;
  return { member, periodFromMs, bought, sold, renewable, salt };
}
const open = (message: OpenRenewable) => action(ACTION.openRenewable, openRenewableCodec, message);

/** A street whose first run took effect. */
async function settled(): Promise<{ ledger: SettlingLedger; first: ComputedRun }> {
  const ledger = await smallStreet({ rules });
  const first = ledger.compute();
  expect(await ledger.propose('officer', first.run)).toBe('done');
  return { ledger, first };
}

/** Ana's meter counted less: the period is settled again. */
async function corrected(ledger: SettlingLedger, first: ComputedRun): Promise<ComputedRun> {
  ledger.readings.set(
    1,
    readingsOf(1, {
      member: ANA,
      renewable: true,
      counted: [
        [5, 120],
        [6, 0],
      ],
    }),
  );
  await ledger.commit();
  const next = ledger.compute(ledger.after(first.run, 'adjusting', SMALL_TRADES));
  expect(await ledger.propose('officer', next.run)).toBe('done');
  return next;
}

const entitled = ({ state, period }: SettlingLedger, member: number) =>
  entitlementOf(state, { member, kind: 'renewable', source: runSource(sha256, period) });

async function namePeer(ledger: SettlingLedger): Promise<void> {
  const key = testingKey('certificates');
  const name = 'commonwatt/certificates';
  const verifier = { name, type: NOTE_SIGNATURE, publicKey: key.publicKey } as const;
  await ledger.done(
    'officer',
    action(ACTION.namePeer, namePeerCodec, {
      peer: PEER,
      chain: hashOf('certificates'),
      origin: name,
      keys: [formatVerifierKey(sha256, verifier)],
      threshold: 1,
      finalityBlocks: 1,
    }),
  );
}

function lockOf(ledger: SettlingLedger, member: number) {
  const source = runSource(sha256, ledger.period);
  const entitlement = { member, kind: 'renewable' as const, source };
  return action(ACTION.lockAsset, lockCodec, { peer: PEER, amount: money(0n), entitlement });
}

describe('renewable energy of a run', () => {
  test('is opened by its member, once, and entitles it to exactly that', async () => {
    const { ledger, first } = await settled();
    const opening = openingOf(first, ANA);
    expect(opening.renewable).toBe(200n);
    expect(await ledger.one('ana', open(opening))).toBe('done');
    expect(entitled(ledger, ANA)).toMatchObject({
      energy: 200n,
      version: 1,
      fromMs: ledger.period.periodFromMs,
      untilMs: ledger.period.periodUntilMs,
    });
    expect(await ledger.one('ana', open(opening))).toBe('source_claimed');
  });

  test('is opened as it was committed to: not a Wh more, not with another salt, not of another', async () => {
    const { ledger, first } = await settled();
    const own = openingOf(first, ANA);
    const wrong: OpenRenewable[] = [
      { ...own, renewable: energy(own.renewable + 1n) },
      { ...own, sold: energy(own.sold + 1n) },
      { ...own, salt: own.salt.map((byte, at) => (at === 0 ? byte ^ 1 : byte)) },
      { ...own, member: BEN },
    ];
    for (const one of wrong.slice(0, 3)) {
      expect(await ledger.one('ana', open(one))).toBe('opening_wrong');
    }
    expect(await ledger.one('ben', open(wrong[3] as OpenRenewable))).toBe('opening_wrong');
    expect(await ledger.one('ben', open(own))).toBe('role_missing');
    expect(await ledger.one('ana', open({ ...own, periodFromMs: 1 }))).toBe('run_unknown');
    const nobody = { ...own, member: 6 };
    expect(await ledger.one('checker one', open(nobody))).toBe('posting_missing');
    expect(entitled(ledger, ANA)).toBeUndefined();
  });

  test('who sold none is entitled to nothing', async () => {
    const { ledger, first } = await settled();
    expect(await ledger.one('dora', open(openingOf(first, DORA)))).toBe('done');
    expect(entitled(ledger, DORA)).toBeUndefined();
  });
});

describe('a correction', () => {
  test('lowers what was opened, by the member or by a checker, and goes where the first went', async () => {
    const { ledger, first } = await settled();
    await namePeer(ledger);
    await ledger.done('ana', open(openingOf(first, ANA)));
    expect(await ledger.one('ben', lockOf(ledger, ANA))).toBe('entitlement_not_yours');
    expect(await ledger.one('ana', lockOf(ledger, ANA))).toBe('done');
    expect(await ledger.one('ana', lockOf(ledger, ANA))).toBe('entitlement_locked');
    expect(carryActions(ledger.state, PEER)).toEqual([]);
    const next = await corrected(ledger, first);
    expect(await ledger.one('ana', lockOf(ledger, ANA))).toBe('entitlement_locked');
    expect(await ledger.one('checker one', open(openingOf(next, ANA)))).toBe('done');
    expect(entitled(ledger, ANA)).toMatchObject({ energy: 120n, version: 2, lockedVersion: 1 });
    // Nobody needs ana's will for it: whoever comes first carries it.
    const [carried] = carryActions(ledger.state, PEER);
    expect(await ledger.one('ben', carried as Action)).toBe('done');
    expect(entitled(ledger, ANA)).toMatchObject({ lockedVersion: 2 });
    expect(carryActions(ledger.state, PEER)).toEqual([]);
  });

  test('what was opened of the run before does not cross any more', async () => {
    const { ledger, first } = await settled();
    await namePeer(ledger);
    await ledger.done('ana', open(openingOf(first, ANA)));
    await corrected(ledger, first);
    expect(await ledger.one('ana', lockOf(ledger, ANA))).toBe('entitlement_stale');
    expect(await ledger.one('ana', open(openingOf(first, ANA)))).toBe('opening_wrong');
  });

  test('that nobody opens takes all of it once the period can change no more', async () => {
    const { ledger, first } = await settled();
    await namePeer(ledger);
    await ledger.done('ana', open(openingOf(first, ANA)), lockOf(ledger, ANA));
    await corrected(ledger, first);
    const untilMs = ledger.state.entries(openings)[0]?.[1].untilMs ?? 0;
    await ledger.testing.block(untilMs - 1);
    expect(entitled(ledger, ANA)).toMatchObject({ energy: 200n, version: 1 });
    await ledger.testing.block(untilMs);
    expect(entitled(ledger, ANA)).toMatchObject({ energy: 0n, version: 2, lockedVersion: 1 });
    expect(ledger.state.size(openings)).toBe(0);
    expect(carryActions(ledger.state, PEER)).toHaveLength(1);
    expect(await ledger.one('ana', open(openingOf(first, ANA)))).toBe('period_settled');
  });

  test('what was opened of the last run stays', async () => {
    const { ledger, first } = await settled();
    await ledger.done('ana', open(openingOf(first, ANA)));
    await ledger.testing.block(ledger.testing.timeMs + 90 * 86_400_000);
    expect(entitled(ledger, ANA)).toMatchObject({ energy: 200n, version: 1 });
    expect(ledger.state.size(openings)).toBe(0);
  });
});
