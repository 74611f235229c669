/** A small street for tests: terse trades and readings become the input of a settlement run. */

import { createHash } from 'node:crypto';
import { utf8Bytes } from '@commonwatt/ledger';
import { energy, power, price } from '@commonwatt/units';
import type { Trade } from '../../market/state.ts';
import { PLAIN_CONNECTION } from '../../metering/messages.ts';
import { PROVIDER_MEASURED } from '../../metering/ruling.ts';
import type { Meter } from '../../metering/state.ts';
import type { TradeEntry } from '../delivery.ts';
import { type MeterCommitment, type Reading, readingSalt, readingsRootOf } from '../readings.ts';
import type { RunInput } from '../run.ts';

export const sha256 = (bytes: Uint8Array): Uint8Array =>
  new Uint8Array(createHash('sha256').update(bytes).digest());

export const hashOf = (text: string): Uint8Array => sha256(utf8Bytes(text));

export const QUARTER_MS = 900_000;
/** 1 January 2026, 00:00 UTC. */
export const FROM_MS = 1_767_225_600_000;

/** The secret of a member, as a settlement service would keep it. */
export const secretOf = (member: number): Uint8Array => hashOf(`secret of ${member}`);

/** `slot` counts quarter hours from the period's beginning; energies in Wh, price in nano per Wh. */
export interface TerseTrade {
  readonly name: string;
  readonly slot: number;
  readonly seller: number;
  readonly buyer: number;
  readonly energy: number;
  readonly price?: number;
  /** How far the seller's price lies below it. */
  readonly margin?: number;
  /** Quarter hours that the slot lasts. */
  readonly quarters?: number;
}

export function tradeEntry(one: TerseTrade): TradeEntry {
  const slotMs = FROM_MS + one.slot * QUARTER_MS;
  const trade: Trade = {
    market: 1,
    slotMs,
    slotLengthMs: QUARTER_MS * (one.quarters ?? 1),
    seller: one.seller,
    buyer: one.buyer,
    energy: energy(BigInt(one.energy)),
    price: price(BigInt(one.price ?? 100)),
    ...(one.margin && { sellerPrice: price(BigInt((one.price ?? 100) - one.margin)) }),
    requestedMs: slotMs - 60_000,
    agreedMs: slotMs - 30_000,
  };
  return [hashOf(one.name), trade];
}

/** `meter`: its member, what it counted per slot as [imported, exported], and whether renewable. */
export interface TerseMeter {
  readonly member: number;
  readonly renewable?: boolean;
  readonly retired?: boolean;
  /** By slot; nothing where the reading is missing. */
  readonly counted: readonly (readonly [imported: number, exported: number] | undefined)[];
}

export interface TerseStreet {
  readonly slots: number;
  readonly trades: readonly TerseTrade[];
  readonly meters: Readonly<Record<number, TerseMeter>>;
}

export function readingsOf(meter: number, { member, counted }: TerseMeter): readonly Reading[] {
  return counted.flatMap((pair, slot) => {
    if (pair === undefined) return [];
    const slotMs = FROM_MS + slot * QUARTER_MS;
    const [imported, exported] = pair;
    return [
      {
        meter,
        slotMs,
        imported: energy(BigInt(imported)),
        exported: energy(BigInt(exported)),
        ...PROVIDER_MEASURED,
        salt: readingSalt(sha256, secretOf(member), { meter, slotMs }),
      },
    ];
  });
}

/** The whole input of a run, every meter's readings committed to. */
export function runInput(street: TerseStreet): RunInput {
  const periodUntilMs = FROM_MS + street.slots * QUARTER_MS;
  const trades = street.trades.map(tradeEntry);
  const meters = new Map<number, Meter>();
  const readings = new Map<number, readonly Reading[]>();
  const commitments: MeterCommitment[] = [];
  for (const [number, one] of Object.entries(street.meters)) {
    const meter = Number(number);
    meters.set(meter, {
      ...PLAIN_CONNECTION,
      member: one.member,
      source: 'provider',
      key: hashOf(`key of meter ${meter}`),
      renewable: one.renewable === true ? 'yes' : 'no',
      importLimitW: power(30_000n),
      exportLimitW: power(30_000n),
      predecessor: undefined,
      fromMs: 0,
      retiredMs: one.retired === true ? FROM_MS + QUARTER_MS : undefined,
      revokedMs: undefined,
    });
    readings.set(meter, readingsOf(meter, one));
    commitments.push([
      { periodFromMs: FROM_MS, meter },
      {
        periodUntilMs,
        root: readingsRootOf(sha256, readings.get(meter) ?? []),
        version: 1,
        signedBy: 1,
      },
    ]);
  }
  const parties = trades.flatMap(([, { seller, buyer }]) => [seller, buyer]);
  const owners = Object.values(street.meters).map(({ member }) => member);
  return {
    version: 1,
    periodFromMs: FROM_MS,
    periodUntilMs,
    slotLengthMs: QUARTER_MS,
    trades,
    readings,
    meters,
    secrets: new Map([...parties, ...owners].map((member) => [member, secretOf(member)])),
    commitments,
  };
}
