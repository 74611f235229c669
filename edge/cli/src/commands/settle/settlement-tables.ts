/** Settles trades with readings, slot by slot, and puts what comes out into the order it is told in. */

import { allocate, type MeteredSlot, ownDeviations, residuals } from '@commonwatt/contracts';
import { type Sha256, toHex, utf8Bytes } from '@commonwatt/ledger';
import { cost, type Energy, formatInstant, formatPrice, type Money } from '@commonwatt/units';
import { type Direction, type ReadingRow, readingKey, type TradeRow } from './settle-csv.ts';

interface OfMember {
  readonly member: string;
  readonly slotMs: number;
}

export interface SettlementTables {
  /** By trade, in the order of the trades. */
  readonly allocations: readonly {
    readonly trade: string;
    readonly energy: Energy;
    readonly money: Money;
  }[];
  readonly residuals: readonly (OfMember & {
    readonly direction: Direction;
    readonly energy: Energy;
  })[];
  readonly deviations: readonly (OfMember & {
    readonly side: 'buyer' | 'seller';
    readonly energy: bigint;
  })[];
  readonly missing: readonly (OfMember & { readonly direction: Direction })[];
  readonly total: bigint;
}

export function settlementTables(
  sha256: Sha256,
  trades: readonly TradeRow[],
  readings: readonly ReadingRow[],
): SettlementTables {
  const slots = slotsOf(sha256, trades, readings);
  const allocated = new Map<string, Energy>();
  const residualRows: SettlementTables['residuals'][number][] = [];
  const deviationRows: SettlementTables['deviations'][number][] = [];
  for (const [slotMs, { traded, metered }] of slots) {
    const parts = allocate(traded, metered);
    traded.forEach(({ trade }, index) => {
      allocated.set(trade, parts[index] as Energy);
    });
    for (const row of residuals(traded, parts, metered)) residualRows.push({ slotMs, ...row });
    for (const row of ownDeviations(traded, metered)) deviationRows.push({ slotMs, ...row });
  }
  const allocations = trades.map(({ trade, price }) => {
    const energy = allocated.get(trade) as Energy;
    return { trade, energy, money: cost(energy, price) };
  });
  return {
    allocations,
    residuals: residualRows.sort((a, b) => bySlotAndMember(a, b, a.direction, b.direction)),
    deviations: deviationRows.sort((a, b) => bySlotAndMember(a, b, a.side, b.side)),
    missing: missingReadings(trades, readings),
    total: allocations.reduce((sum, { energy }) => sum + energy, 0n),
  };
}

interface SlotTables {
  readonly traded: (TradeRow & { readonly lot: string })[];
  readonly metered: MeteredSlot<string> & Record<'exported' | 'imported', Map<string, bigint>>;
}

function slotsOf(
  sha256: Sha256,
  trades: readonly TradeRow[],
  readings: readonly ReadingRow[],
): ReadonlyMap<number, SlotTables> {
  const slots = new Map<number, SlotTables>();
  const slotAt = (slotMs: number): SlotTables => {
    const known = slots.get(slotMs);
    if (known !== undefined) return known;
    const fresh = { traded: [], metered: { exported: new Map(), imported: new Map() } };
    slots.set(slotMs, fresh);
    return fresh;
  };
  for (const trade of trades) {
    slotAt(trade.slotMs).traded.push({ ...trade, lot: lotOf(sha256, trade) });
  }
  for (const { member, slotMs, direction, energy } of readings) {
    const { exported, imported } = slotAt(slotMs).metered;
    (direction === 'export' ? exported : imported).set(member, energy);
  }
  return slots;
}

const LOT_DOMAIN = 'commonwatt/settle-lot/1';

/**
 * The lot of a trade: SHA-256 of its content as a JSON list of texts, in UTF-8. Nothing but what the
 * row says goes in, so neither its line nor the form of its instant or price tells.
 */
export function lotOf(sha256: Sha256, row: TradeRow): string {
  const content = [
    LOT_DOMAIN,
    row.trade,
    formatInstant(row.slotMs),
    row.seller,
    row.buyer,
    `${row.energy}`,
    formatPrice(row.price, 'EUR/MWh'),
  ];
  return toHex(sha256(utf8Bytes(JSON.stringify(content))));
}

/** Readings that trades need and that are not there, each once. */
function missingReadings(
  trades: readonly TradeRow[],
  readings: readonly ReadingRow[],
): SettlementTables['missing'] {
  const known = new Set(
    readings.map(({ member, slotMs, direction }) => readingKey(member, slotMs, direction)),
  );
  const missing: SettlementTables['missing'][number][] = [];
  for (const { slotMs, seller, buyer } of trades) {
    for (const [member, direction] of [
      [seller, 'export'],
      [buyer, 'import'],
    ] as const) {
      const key = readingKey(member, slotMs, direction);
      if (known.has(key)) continue;
      known.add(key);
      missing.push({ member, slotMs, direction });
    }
  }
  return missing.sort((a, b) => bySlotAndMember(a, b, a.direction, b.direction));
}

function bySlotAndMember(a: OfMember, b: OfMember, ofA: string, ofB: string): number {
  return a.slotMs - b.slotMs || compareText(a.member, b.member) || compareText(ofA, ofB);
}

/** By code unit, on every machine alike. */
function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
