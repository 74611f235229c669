/** Rows of ana and of bob for every personal route, and keys that ana let read some of hers. */

import {
  ACTION,
  type ActionId,
  depositCodec,
  grantReadingCodec,
  inviteCodec,
  orderIdText,
  PROVIDER_MEASURED,
  registerMeterCodec,
  replyCodec,
  requestCodec,
  SCOPE,
  SCOPES_ALL,
  type Scope,
  sentOrderId,
  shareCodec,
  standingOrderCodec,
} from '@commonwatt/contracts';
import { fromHex } from '@commonwatt/ledger';
import { money, power, price } from '@commonwatt/units';
import type { Statement } from '../desks.ts';
import {
  action,
  CALL,
  DAY_MS,
  GENESIS_MS,
  keyOf,
  NEGOTIATED,
  numberOf,
  SLOT_MS,
  type TestingCommunity,
  wh,
} from './testing-community.test-support.ts';

export const SCOPES = Object.keys(SCOPE) as readonly Scope[];
/** Holds a grant that has run out. */
export const LATE_FRIEND = 'late friend';
/** May read everything of ana's. */
export const FRIEND = 'friend';
export const INVITE = 'an invite';
export const scopeKey = (scope: Scope) => `reader of ${scope}`;
/** Until when the late friend could read. */
export const LATE_MS = GENESIS_MS + 60_000;

export interface Rows {
  /** Transactions of ana's and bob's own. */
  readonly transactions: { readonly ana: string; readonly bob: string };
  /** Between ana and bob, and between bob and carl. */
  readonly negotiations: { readonly ana: string; readonly bob: string };
}

const LIMIT = price(150_000n);

function share(market: number, energyWh: bigint) {
  return action(ACTION.share, shareCodec, {
    market,
    slotMs: SLOT_MS,
    energy: wh(energyWh),
    limit: LIMIT,
  });
}

/** Begins a negotiation on a member's share of the negotiated market. Answers its name. */
async function negotiate(
  community: TestingCommunity,
  seller: string,
  buyer: string,
): Promise<string> {
  const shared = await community.send(seller, share(NEGOTIATED, 300n));
  const order = sentOrderId({ transaction: fromHex(shared), index: 0 });
  const replied = await community.send(
    buyer,
    action(ACTION.reply, replyCodec, { order, energy: wh(200n), price: LIMIT }),
  );
  const id: ActionId = { transaction: fromHex(replied), index: 0 };
  return orderIdText(sentOrderId(id));
}

function statement(counterparty: number): Statement {
  return {
    periodFromMs: GENESIS_MS,
    periodUntilMs: GENESIS_MS + DAY_MS,
    runHash: new Uint8Array(32).fill(7),
    stage: 'provisional',
    sequence: 0,
    amount: money(-150_000_000n),
    charge: money(-20_000_000n),
    bought: wh(1000n),
    sold: wh(0n),
    renewable: wh(0n),
    lines: [
      {
        trade: new Uint8Array(32).fill(9),
        slotMs: SLOT_MS,
        side: 'buy',
        counterparty,
        traded: wh(1000n),
        delivered: wh(990n),
        price: LIMIT,
        money: money(148_500_000n),
        words: 'You bought 0.99 kWh.',
      },
    ],
  };
}

async function grant(community: TestingCommunity, name: string, scopes: number, untilMs: number) {
  const { publicKey } = keyOf(name);
  const message = { key: publicKey, scopes, untilMs };
  await community.send('ana', action(ACTION.grantReading, grantReadingCodec, message));
}

/** Lets ana and bob trade, negotiate, read and be read, up to some minutes before the gate. */
export async function fillRows(community: TestingCommunity): Promise<Rows> {
  for (const scope of SCOPES) {
    await grant(community, scopeKey(scope), SCOPE[scope], GENESIS_MS + DAY_MS);
  }
  await grant(community, FRIEND, SCOPES_ALL, GENESIS_MS + DAY_MS);
  await grant(community, LATE_FRIEND, SCOPES_ALL, LATE_MS);
  community.clock.ms = LATE_MS;
  await community.send(
    'treasurer',
    action(ACTION.deposit, depositCodec, {
      member: numberOf('ana'),
      amount: money(5_000_000_000n),
      reference: new Uint8Array(32).fill(1),
    }),
  );
  const anaShared = await community.send('ana', share(CALL, 1000n));
  const bobAsked = await community.send(
    'bob',
    action(ACTION.request, requestCodec, {
      market: CALL,
      slotMs: SLOT_MS,
      energy: wh(600n),
      limit: price(250_000n),
    }),
  );
  await community.send(
    'ana',
    action(ACTION.standingOrder, standingOrderCodec, {
      market: CALL,
      side: 'buy',
      limit: price(100_000n),
      energies: [wh(50n)],
      fromMs: SLOT_MS + DAY_MS / 2,
      untilMs: SLOT_MS + DAY_MS,
    }),
  );
  await community.send(
    'registrar',
    action(ACTION.registerMeter, registerMeterCodec, {
      member: numberOf('ana'),
      source: 'device',
      key: keyOf('meter').publicKey,
      direction: 'both',
      importLimitW: power(11_000n),
      exportLimitW: power(8_000n),
      measures: 'connection',
      position: { feeder: 'north', transformer: 'T1' },
      renewable: 'yes',
    }),
  );
  await community.send(
    'registrar',
    action(ACTION.invite, inviteCodec, {
      inviteKey: keyOf(INVITE).publicKey,
      kind: 'household',
      roles: 1,
      recordCommitment: new Uint8Array(32),
      importLimitW: power(11_000n),
      exportLimitW: power(0n),
      creditLimit: money(0n),
      expiresMs: GENESIS_MS + DAY_MS,
    }),
  );
  const negotiations = {
    ana: await negotiate(community, 'ana', 'bob'),
    bob: await negotiate(community, 'carl', 'bob'),
  };
  for (const name of ['ana', 'bob'] as const) {
    const member = numberOf(name);
    community.fakes.labels.set(member, `label of ${name}`);
    community.fakes.statementsOf.set(member, [statement(numberOf('carl'))]);
    const imported = wh(BigInt(member) * 100n);
    community.fakes.stored.push({
      member,
      meter: member,
      slotMs: SLOT_MS,
      imported,
      exported: wh(0n),
      ...PROVIDER_MEASURED,
    });
  }
  return { transactions: { ana: anaShared, bob: bobAsked }, negotiations };
}
