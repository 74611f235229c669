/**
 * The readings desk: takes signed readings, judges each alone and keeps it under its member's own
 * key. Readings are personal data: the ledger learns salted commitments and totals of them, no more.
 */

import { readingText } from '@commonwatt/api';
import {
  closedPeriods,
  keys,
  type Meter,
  markets,
  members,
  meters,
  ROLE,
} from '@commonwatt/contracts';
import {
  acceptableSignature,
  type Clock,
  type Codec,
  type Crypto,
  decode,
  encode,
  energyWh,
  equalBytes,
  fixedBytes,
  type Ledger,
  struct,
  toHex,
  u64,
  utf8Bytes,
} from '@commonwatt/ledger';
import { type Energy, energyOver, QUARTER_HOUR_MS } from '@commonwatt/units';
import type { DeskRefusal, ReadingsDesk, SignedReading, StoredReading } from '../desks.ts';
import type { PersonalRecord, PersonalVault } from './personal-vault.ts';

/** What is kept of a reading: enough to show later who signed what. */
interface KeptReading {
  readonly counter: number;
  readonly imported: Energy;
  readonly exported: Energy;
  readonly key: Uint8Array;
  readonly signature: Uint8Array;
}
const keptCodec: Codec<KeptReading> = struct<KeptReading>({
  counter: u64,
  imported: energyWh,
  exported: energyWh,
  key: fixedBytes(32),
  signature: fixedBytes(64),
});
const counterCodec = struct<{ readonly last: number }>({ last: u64 });

/** Readings of a period that one question may bring to light. */
export const READINGS_MAX = 1_000_000;

export interface ReadingsStoreOptions {
  readonly vault: PersonalVault;
  readonly ledger: Ledger;
  readonly crypto: Crypto;
  readonly clock: Clock;
  /** How long after its slot a reading is taken. */
  readonly acceptanceMs: number;
}

/** What one reading covers: a slot of the markets, which all have slots of one length. */
export function readingSlotLengthMs(ledger: Ledger): number {
  const [first] = ledger.state.entries(markets);
  return first === undefined ? QUARTER_HOUR_MS : first[1].rules.slotLengthMs;
}

/** What is known of the batch that is being judged and stands in no store yet. */
interface Batch {
  readonly records: Map<string, PersonalRecord>;
  readonly counters: Map<number, number>;
}

export class ReadingsStore implements ReadingsDesk {
  readonly #vault: PersonalVault;
  readonly #ledger: Ledger;
  readonly #crypto: Crypto;
  readonly #clock: Clock;
  readonly #acceptanceMs: number;
  /** Slots before this are closed: what settles them is being, or has been, committed to. */
  #closedUntilMs: number;
  #line: Promise<unknown> = Promise.resolve();

  constructor(options: ReadingsStoreOptions) {
    this.#vault = options.vault;
    this.#ledger = options.ledger;
    this.#crypto = options.crypto;
    this.#clock = options.clock;
    this.#acceptanceMs = options.acceptanceMs;
    const closed = options.ledger.state.entries(closedPeriods);
    this.#closedUntilMs = closed.reduce((ms, [, one]) => Math.max(ms, one.periodUntilMs), 0);
  }

  get slotLengthMs(): number {
    return readingSlotLengthMs(this.#ledger);
  }

  /** From now on no reading is taken for a slot that begins before `untilMs`. */
  close(untilMs: number): Promise<void> {
    return this.#inLine(async () => {
      this.#closedUntilMs = Math.max(this.#closedUntilMs, untilMs);
    });
  }

  take(readings: readonly SignedReading[]): Promise<readonly (DeskRefusal | undefined)[]> {
    return this.#inLine(async () => {
      const authentic = await Promise.all(readings.map((one) => this.#isAuthentic(one)));
      const batch: Batch = { records: new Map(), counters: new Map() };
      const answers = readings.map((one, at) => this.#judge(one, authentic[at] === true, batch));
      if (batch.records.size > 0) this.#vault.write([...batch.records.values()]);
      return answers;
    });
  }

  /** One batch after the other, so that a counter is never judged twice. */
  #inLine<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#line.then(work);
    this.#line = result.catch(() => undefined);
    return result;
  }

  async #isAuthentic(reading: SignedReading): Promise<boolean> {
    const { meter, slotMs, counter, imported, exported, key, signature } = reading;
    if (key.length !== 32 || !this.#speaksFor(this.#meterOf(meter), key)) return false;
    if (acceptableSignature(signature) !== undefined) return false;
    const chain = toHex(this.#ledger.chain);
    const parts = { chain, meter, slotMs, counter, importedWh: imported, exportedWh: exported };
    const text = utf8Bytes(readingText(parts));
    return this.#crypto.verifyLater === undefined
      ? this.#crypto.verify(key, text, signature)
      : this.#crypto.verifyLater(key, text, signature);
  }

  #meterOf(meter: number): Meter | undefined {
    return this.#ledger.state.get(meters, meter);
  }

  /** The meter's own key; for a meter of the providers also the key of a member in that role. */
  #speaksFor(meter: Meter | undefined, key: Uint8Array): boolean {
    if (meter === undefined) return false;
    if (equalBytes(meter.key, key)) return true;
    if (meter.source !== 'provider') return false;
    const registered = this.#ledger.state.get(keys, key);
    if (registered === undefined || registered.endedFromHeight !== undefined) return false;
    const member = this.#ledger.state.get(members, registered.member);
    return member?.revokedFromHeight === undefined && ((member?.roles ?? 0) & ROLE.provider) !== 0;
  }

  /** The first check that fails is the answer. What is stored is told to its signer alone. */
  #judge(reading: SignedReading, isAuthentic: boolean, batch: Batch): DeskRefusal | undefined {
    const meter = this.#meterOf(reading.meter);
    if (meter === undefined) return { code: 'meter_unknown', meter: reading.meter };
    if (!this.#speaksFor(meter, reading.key)) {
      return { code: 'not_the_meter', meter: reading.meter };
    }
    if (!isAuthentic) return { code: 'signature_wrong', meter: reading.meter };
    return (
      this.#refuseSlot(reading, meter) ??
      this.#refuseRepeated(reading, meter, batch) ??
      this.#refuseImplausible(reading, meter) ??
      this.#keep(reading, meter, batch)
    );
  }

  #refuseSlot({ meter, slotMs }: SignedReading, of: Meter): DeskRefusal | undefined {
    const lengthMs = this.slotLengthMs;
    const nowMs = this.#clock.nowMs();
    if (slotMs % lengthMs !== 0) return { code: 'slot_invalid', slotMs, slotLengthMs: lengthMs };
    if (of.retiredMs !== undefined && slotMs >= of.retiredMs) {
      return { code: 'meter_retired', meter, retiredMs: of.retiredMs };
    }
    if (slotMs + lengthMs > nowMs) return { code: 'slot_not_over', slotMs, nowMs };
    if (slotMs + lengthMs + this.#acceptanceMs < nowMs) {
      return { code: 'too_late', slotMs, acceptanceMs: this.#acceptanceMs, nowMs };
    }
    return slotMs < this.#closedUntilMs
      ? { code: 'period_closed', slotMs, closedUntilMs: this.#closedUntilMs }
      : undefined;
  }

  #refuseRepeated(reading: SignedReading, of: Meter, batch: Batch): DeskRefusal | undefined {
    const { meter, slotMs, counter, imported, exported } = reading;
    const name = readingName(slotMs, meter);
    const pending = batch.records.get(`${of.member}/${name}`)?.content;
    const kept = pending ?? this.#vault.read(of.member, name);
    if (kept !== undefined) {
      const before = decode(keptCodec, kept, 'reading');
      const same =
        before.counter === counter && before.imported === imported && before.exported === exported;
      return { code: same ? 'duplicate' : 'reading_known', meter, slotMs };
    }
    const last = batch.counters.get(meter) ?? this.#lastCounter(of.member, meter);
    return last !== undefined && counter <= last
      ? { code: 'counter_not_rising', meter, counter, last }
      : undefined;
  }

  #lastCounter(member: number, meter: number): number | undefined {
    const kept = this.#vault.read(member, counterName(meter));
    return kept && decode(counterCodec, kept, 'counter').last;
  }

  /** More than the connection can carry in a slot is a fault of the meter, or a lie. */
  #refuseImplausible(reading: SignedReading, of: Meter): DeskRefusal | undefined {
    const member = this.#ledger.state.get(members, of.member);
    if (member === undefined) return { code: 'member_unknown', member: of.member };
    const seconds = this.slotLengthMs / 1000;
    const importMost = energyOver(member.importLimitW, seconds);
    const exportMost = energyOver(member.exportLimitW, seconds);
    const isPlausible = reading.imported <= importMost && reading.exported <= exportMost;
    return isPlausible ? undefined : { code: 'implausible', meter: reading.meter };
  }

  #keep(reading: SignedReading, of: Meter, batch: Batch): DeskRefusal | undefined {
    const { meter, slotMs, counter } = reading;
    const person = of.member;
    if (this.#vault.isErased(person)) return { code: 'member_erased', meter };
    const records: PersonalRecord[] = [
      { person, name: readingName(slotMs, meter), content: encode(keptCodec, reading) },
      { person, name: counterName(meter), content: encode(counterCodec, { last: counter }) },
    ];
    for (const record of records) batch.records.set(`${person}/${record.name}`, record);
    batch.counters.set(meter, counter);
    return undefined;
  }

  of(member: number, fromMs: number, untilMs: number, limit: number): readonly StoredReading[] {
    const [from, until] = [readingName(fromMs, 0), readingName(untilMs, 0)];
    return [...this.#vault.range(member, from, until, limit)].map(({ name, content }) => {
      const [, slot, meter] = name.split('/');
      const { imported, exported } = decode(keptCodec, content, 'reading');
      return { meter: Number(meter), slotMs: Number(slot), imported, exported };
    });
  }
}

const readingName = (slotMs: number, meter: number): string =>
  `reading/${`${slotMs}`.padStart(16, '0')}/${`${meter}`.padStart(10, '0')}`;
const counterName = (meter: number): string => `counter/${`${meter}`.padStart(10, '0')}`;
