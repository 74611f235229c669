/**
 * The street lives: habits as standing orders, corrections before a gate closes, readings when a
 * slot is over, settlement when a period is. Everything goes by the demonstration's clock; nothing
 * waits for anything but that clock and the ledger's own answers.
 */

import { readingText } from '@commonwatt/api';
import {
  ACTION,
  type Request,
  requestCodec,
  type Share,
  type StandingOrder,
  shareCodec,
  standingOrderCodec,
} from '@commonwatt/contracts';
import { type Action, encode, toHex, utf8Bytes } from '@commonwatt/ledger';
import type { CommunityNode, SignedReading } from '@commonwatt/node';
import {
  correctionFor,
  type DayHabit,
  dayHabits,
  exchangeWhAt,
  type Street,
} from '@commonwatt/simulator';
import { QUARTER_HOUR_MS } from '@commonwatt/units';
import type { DemoClock } from './demo-clock.ts';
import { sendBatch } from './demo-member.ts';
import { STREET_GATE_LEAD_MS, STREET_MARKET } from './street-genesis.ts';
import { type DemoMeter, newcomers, type Resident, registerMeters } from './street-members.ts';

const SLOTS_PER_DAY = 96;
/** Corrections are sent this long before their gate closes, readings this long after their slot. */
const CORRECTION_LEAD_MS = 3 * 60_000;
const READING_DELAY_MS = 30_000;
/** Habits of the next day are signed some slots before the present day's end. */
const RENEWED_BEFORE_SLOTS = 8;

export interface StreetLife {
  readonly node: CommunityNode;
  readonly street: Street;
  readonly clock: DemoClock;
  readonly seed: string;
  readonly residents: readonly Resident[];
  /** The first slot that is traded. */
  readonly firstSlotIndex: number;
  /** The slot with which trading ends; it goes on for ever without. */
  readonly endSlotIndex?: number;
}

/** What the street was told when it was not served: counted, and no more. */
export interface RunCounts {
  refusedOrders: number;
  refusedReadings: number;
}

export class StreetRun {
  readonly #life: StreetLife;
  readonly #meters: DemoMeter[];
  readonly #known: Set<number>;
  readonly #counters = new Map<number, number>();
  readonly counts: RunCounts = { refusedOrders: 0, refusedReadings: 0 };

  constructor(life: StreetLife, meters: readonly DemoMeter[]) {
    this.#life = life;
    this.#meters = [...meters];
    this.#known = new Set(life.residents.map((one) => one.member));
  }

  /** Signs the habits of the first day. */
  async begin(): Promise<void> {
    await this.#sendHabits(this.#life.firstSlotIndex);
  }

  /** Trades one slot and delivers the one before it. Early out when the signal aborts. */
  async slot(slotIndex: number, signal?: AbortSignal): Promise<void> {
    const { node, street, clock, firstSlotIndex } = this.#life;
    const { startMs } = street.slotAt(slotIndex);
    const gateMs = startMs - STREET_GATE_LEAD_MS;
    await clock.until(gateMs - CORRECTION_LEAD_MS, signal);
    if (signal?.aborted) return;
    const day = (slotIndex - firstSlotIndex) % SLOTS_PER_DAY;
    if (day === SLOTS_PER_DAY - RENEWED_BEFORE_SLOTS) {
      await this.#sendHabits(slotIndex + RENEWED_BEFORE_SLOTS);
    }
    await this.#sendCorrections(slotIndex);
    await clock.until(gateMs, signal);
    if (signal?.aborted) return;
    await node.tick();
    await clock.until(startMs + READING_DELAY_MS, signal);
    if (signal?.aborted) return;
    await this.#welcome();
    await this.deliver(slotIndex - 1);
    await node.tick();
  }

  /** Reads every meter for a slot that is over. */
  async deliver(slotIndex: number): Promise<void> {
    const { node } = this.#life;
    const readings = this.#meters.map((one) => this.#reading(one, slotIndex));
    const answers = await node.readings.take(readings);
    this.counts.refusedReadings += answers.filter((one) => one !== undefined).length;
  }

  async #sendHabits(firstSlotIndex: number): Promise<void> {
    const { street, endSlotIndex = Number.MAX_SAFE_INTEGER } = this.#life;
    const fromMs = street.slotAt(firstSlotIndex).startMs;
    const slots = Math.min(SLOTS_PER_DAY, endSlotIndex - firstSlotIndex);
    if (slots <= 0) return;
    const untilMs = fromMs + slots * QUARTER_HOUR_MS;
    await this.#sendAll(({ home }) =>
      dayHabits(street, home, firstSlotIndex)
        .filter((habit) => hasEnergy(habit, fromMs, untilMs))
        .map(({ side, energies }) => {
          const limit = home.limits[side];
          if (limit === undefined) throw new Error(`demo: ${home.label} has no limit to ${side}`);
          const market = STREET_MARKET;
          const order: StandingOrder = { market, side, limit, energies, fromMs, untilMs };
          return { type: ACTION.standingOrder, body: encode(standingOrderCodec, order) };
        }),
    );
  }

  async #sendCorrections(slotIndex: number): Promise<void> {
    const { street } = this.#life;
    const slotMs = street.slotAt(slotIndex).startMs;
    await this.#sendAll(({ home }) => {
      const correction = correctionFor(street, home, slotIndex);
      const limit = correction && home.limits[correction.side];
      if (correction === undefined || limit === undefined) return [];
      const { side, energy } = correction;
      const order: Share & Request = { market: STREET_MARKET, slotMs, energy, limit };
      return side === 'sell'
        ? [{ type: ACTION.share, body: encode(shareCodec, order) }]
        : [{ type: ACTION.request, body: encode(requestCodec, order) }];
    });
  }

  /** Everyone who has something to send does so at the same time. */
  async #sendAll(actionsOf: (resident: Resident) => readonly Action[]): Promise<void> {
    const { node, residents } = this.#life;
    const sent = residents
      .map((resident) => ({ resident, actions: actionsOf(resident) }))
      .filter(({ actions }) => actions.length > 0)
      .map(({ resident, actions }) => sendBatch(node, resident.keys.signer, actions));
    for (const answer of await Promise.all(sent)) {
      const refusals =
        answer.refusal === undefined ? answer.actions.filter((one) => one !== undefined) : [answer];
      this.counts.refusedOrders += refusals.length;
    }
  }

  #reading({ meter, device, home }: DemoMeter, slotIndex: number): SignedReading {
    const { node, street } = this.#life;
    const { startMs: slotMs } = street.slotAt(slotIndex);
    const { demandWh: imported, surplusWh: exported } = exchangeWhAt(home, slotIndex);
    const counter = (this.#counters.get(meter) ?? 0) + 1;
    this.#counters.set(meter, counter);
    const chain = toHex(node.ledger.chain);
    const said = { quality: 'measured', version: 1 } as const;
    const amounts = { importedWh: imported, exportedWh: exported };
    const parts = { chain, meter, slotMs, counter, ...amounts, ...said };
    const signature = device.sign(utf8Bytes(readingText(parts)));
    const key = device.publicKey;
    return { meter, slotMs, counter, imported, exported, ...said, key, signature };
  }

  /** Gives a meter to everyone who came through an invite: it counts what a home of the street uses. */
  async #welcome(): Promise<void> {
    const { node, residents, seed } = this.#life;
    const arrived = newcomers(node, this.#known);
    if (arrived.length === 0) return;
    const homes = residents.filter(({ home }) => home.kind === 'household');
    const owners = arrived.map((member) => {
      const lent = homes[member % homes.length];
      if (lent === undefined) throw new Error('demo: the street has no home to take after');
      return { member, home: lent.home };
    });
    this.#meters.push(...(await registerMeters(node, seed, owners)));
    for (const member of arrived) this.#known.add(member);
  }
}

/** Whether a habit has energy in any slot between two instants. */
function hasEnergy({ energies }: DayHabit, fromMs: number, untilMs: number): boolean {
  for (let slotMs = fromMs; slotMs < untilMs; slotMs += QUARTER_HOUR_MS) {
    if ((energies[(slotMs / QUARTER_HOUR_MS) % SLOTS_PER_DAY] ?? 0n) > 0n) return true;
  }
  return false;
}
