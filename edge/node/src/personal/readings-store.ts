/**
 * The readings desk: takes signed readings, judges each alone and keeps every word under its
 * member's own key. Readings are personal data: the ledger learns salted commitments and totals of
 * them, no more.
 */

import {
  closedPeriods,
  correctables,
  countsSlot,
  type Kind,
  type Meter,
  markets,
  members,
  meters,
  metersOfMember,
  rulingOf,
  type Source,
} from '@commonwatt/contracts';
import type { Clock, Crypto, Ledger } from '@commonwatt/ledger';
import { QUARTER_HOUR_MS } from '@commonwatt/units';
import type { ReadingRefusal } from '../reading-refusal.ts';
import type {
  ReadingsDesk,
  ReadingVersion,
  SignedReading,
  SignedWord,
  StoredReading,
} from '../readings-desk.ts';
import {
  balanceOfFeeders,
  type FeederBalance,
  type MeterQuality,
  qualityOfMeter,
} from './data-quality.ts';
import type { KeptReading } from './kept-reading.ts';
import { KeptReadings, PendingReadings, rulingWord, type SlotWords } from './kept-readings.ts';
import { type Period, PeriodEditions } from './period-editions.ts';
import type { PersonalVault } from './personal-vault.ts';
import { type Circumstances, disagree, flagsOf, type ReadingFlag } from './plausibility.ts';
import { ReadingSigners } from './reading-signers.ts';
import { type JudgedReading, refuseReading } from './refuse-reading.ts';
import { withCounter } from './replay-window.ts';
import type { Site } from './sun-elevation.ts';

/** Readings of a period that one question may bring to light. */
export const READINGS_MAX = 1_000_000;

const DAY_MS = 86_400_000;
/** Until then after its slot a reading can correct a settlement, unless the ledger says otherwise. */
const CORRECTION_MS = 92 * DAY_MS;
/** A device's clock may be ahead of the node's by so much. */
const CLOCK_TOLERANCE_MS = 30_000;

export interface ReadingsStoreOptions {
  readonly vault: PersonalVault;
  readonly ledger: Ledger;
  readonly crypto: Crypto;
  readonly clock: Clock;
  /** How long after its slot a device's or gateway's reading is taken. */
  readonly acceptanceMs: number;
  /** How long after its slot a provider's value is taken; 92 days unless given. */
  readonly correctionMs?: number | undefined;
  /** How far ahead a device's clock may be; 30 seconds unless given. */
  readonly clockToleranceMs?: number | undefined;
  /** Where the community is, for the sun. */
  readonly site?: Site | undefined;
}

/** What one reading covers: a slot of the markets, which all have slots of one length. */
export function readingSlotLengthMs(ledger: Ledger): number {
  const [first] = ledger.state.entries(markets);
  return first === undefined ? QUARTER_HOUR_MS : first[1].rules.slotLengthMs;
}

/** A slot of a settled period whose reading is another now. */
export interface Correction {
  readonly member: number;
  /** What the last run of the period counted. */
  readonly before: StoredReading | undefined;
  /** What counts once the corrections are taken in. */
  readonly after: StoredReading;
}

export class ReadingsStore implements ReadingsDesk {
  readonly #options: ReadingsStoreOptions;
  readonly #vault: PersonalVault;
  readonly #ledger: Ledger;
  readonly #kept: KeptReadings;
  readonly #signers: ReadingSigners;
  readonly #editions: PeriodEditions;
  #line: Promise<unknown> = Promise.resolve();

  constructor(options: ReadingsStoreOptions) {
    this.#options = options;
    this.#vault = options.vault;
    this.#ledger = options.ledger;
    this.#kept = new KeptReadings(options.vault, options.ledger);
    this.#signers = new ReadingSigners(options.ledger, options.crypto);
    this.#editions = new PeriodEditions(options.vault);
  }

  get slotLengthMs(): number {
    return readingSlotLengthMs(this.#ledger);
  }

  /** Which periods are closed, for whatever else counts in their runs. */
  get editions(): PeriodEditions {
    return this.#editions;
  }

  /** From now on what comes for a slot of the period is a correction. Again it changes nothing. */
  close(period: Period): Promise<void> {
    return this.#inLine(async () => this.#editions.close(period));
  }

  /** From now on the corrections of a closed period count, for a run that adjusts the last. */
  adopt(period: Period): Promise<void> {
    return this.#inLine(async () => this.#editions.adopt(period));
  }

  /** A run of the period by the readings that count now took effect. Again it changes nothing. */
  settled(period: Period): Promise<void> {
    return this.#inLine(async () => this.#editions.settle(period));
  }

  /** Closed periods in which other readings count, or wait, than those last settled by. */
  unsettled(): readonly Period[] {
    return this.#editions.unsettled();
  }

  /** Whether readings came for a closed period that `adopt` would let count. */
  hasCorrections(period: Period): boolean {
    return this.#editions.hasCorrections(period);
  }

  take(readings: readonly SignedReading[]): Promise<readonly (ReadingRefusal | undefined)[]> {
    return this.#inLine(async () => {
      const authentic = await Promise.all(readings.map((one) => this.#signers.isAuthentic(one)));
      const pending = new PendingReadings(this.#kept);
      const answers = readings.map((one, at) => this.#judge(one, authentic[at] === true, pending));
      const { records } = pending;
      if (records.length > 0) this.#vault.write(records);
      return answers;
    });
  }

  /** One batch after the other, so that a counter is never judged twice. */
  #inLine<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#line.then(work);
    this.#line = result.catch(() => undefined);
    return result;
  }

  #judge(
    reading: SignedReading,
    isAuthentic: boolean,
    pending: PendingReadings,
  ): ReadingRefusal | undefined {
    const meter = this.#kept.meter(reading.meter);
    if (meter === undefined) return { code: 'meter_unknown', meter: reading.meter };
    const source = this.#signers.sourceOf(meter, reading.key);
    if (source === undefined) return { code: 'not_the_meter', meter: reading.meter };
    const judged: JudgedReading = { reading, meter, source, isAuthentic };
    const refusal = refuseReading(judged, this.#circumstances(reading.slotMs), pending);
    if (refusal !== undefined) return refusal;
    return this.#keep(judged, pending);
  }

  #circumstances(slotMs: number) {
    const { clock, acceptanceMs, correctionMs, clockToleranceMs } = this.#options;
    return {
      nowMs: clock.nowMs(),
      slotLengthMs: this.slotLengthMs,
      acceptanceMs,
      correctionMs: correctionMs ?? CORRECTION_MS,
      clockToleranceMs: clockToleranceMs ?? CLOCK_TOLERANCE_MS,
      isClosed: this.#editions.of(slotMs) > 0,
      correctableUntilMs: this.#correctableUntilMs(slotMs),
      isFrozen: this.isFrozen(slotMs),
    };
  }

  /** Until when the ledger takes other readings of the slot's settled period; nothing while it is open. */
  #correctableUntilMs(slotMs: number): number | undefined {
    const period = this.#editions.periodOf(slotMs);
    return period && this.#ledger.state.get(closedPeriods, period.periodFromMs)?.readingsUntilMs;
  }

  /**
   * Whether the slot's settled period can be settled no other way: somebody it was settled for was
   * erased. What its meters counted is gone, a run without it would take back what was delivered, and
   * a run that kept it could be executed again by nobody.
   */
  isFrozen(slotMs: number): boolean {
    const period = this.#editions.periodOf(slotMs);
    const settled = period && this.#ledger.state.get(correctables, period.periodFromMs);
    return settled?.members.some(({ member }) => this.#vault.isErased(member)) ?? false;
  }

  #keep(
    { reading, meter, source }: JudgedReading,
    pending: PendingReadings,
  ): ReadingRefusal | undefined {
    const person = meter.member;
    if (this.#vault.isErased(person)) return { code: 'member_erased', meter: reading.meter };
    const { counter, imported, exported, quality, version, key, signature, slotMs } = reading;
    const receivedMs = this.#options.clock.nowMs();
    const edition = this.#editions.of(slotMs);
    const standing = { quality, source, version };
    const word = { counter, imported, exported, ...standing, receivedMs, edition, key, signature };
    const window = pending.windowOf(person, reading.meter, key);
    pending.add(person, reading, word, withCounter(window, counter));
    const noted = this.#editions.noted(slotMs);
    if (noted !== undefined) pending.note(noted);
    return undefined;
  }

  of(member: number, fromMs: number, untilMs: number, limit: number): readonly StoredReading[] {
    const found: StoredReading[] = [];
    for (const one of this.#kept.of(member, fromMs, untilMs)) {
      if (found.length >= limit) break;
      const ruling = this.#ruling(one);
      if (ruling !== undefined) found.push(storedReading(one, ruling));
    }
    return found;
  }

  /** Every word on a member's slots, signed as it came, by slot and meter. */
  *wordsOf(member: number, fromMs: number, untilMs: number): Iterable<SignedWord> {
    for (const one of this.#kept.of(member, fromMs, untilMs)) {
      const ruling = this.#ruling(one);
      for (const word of one.words) {
        const { counter, edition, key, signature } = word;
        const signed = { counter, edition, key, signature, counts: word === ruling };
        yield { ...storedReading(one, word), ...signed };
      }
    }
  }

  /** What counts in a run now: no correction that waits, and no slot that is another meter's. */
  #ruling({ meter, slotMs, words }: SlotWords): KeptReading | undefined {
    const registered = this.#kept.meter(meter);
    if (registered === undefined || !countsSlot(registered, slotMs)) return undefined;
    return rulingWord(words, ({ edition }) => this.#editions.counts(slotMs, edition));
  }

  historyOf(
    member: number,
    fromMs: number,
    untilMs: number,
    limit: number,
  ): readonly ReadingVersion[] {
    const found: ReadingVersion[] = [];
    for (const one of this.#kept.of(member, fromMs, untilMs)) {
      if (found.length >= limit) break;
      found.push(...this.#versions(one));
    }
    return found.slice(0, limit);
  }

  historyOfMeter(
    meter: number,
    fromMs: number,
    untilMs: number,
    limit: number,
    source?: Source,
  ): readonly ReadingVersion[] {
    const found: ReadingVersion[] = [];
    const member = this.#kept.meter(meter)?.member;
    if (member === undefined) return found;
    for (const one of this.#kept.of(member, fromMs, untilMs)) {
      if (found.length >= limit) break;
      if (one.meter !== meter) continue;
      found.push(...this.#versions(one).filter((word) => (source ?? word.source) === word.source));
    }
    return found.slice(0, limit);
  }

  #versions(one: SlotWords): readonly ReadingVersion[] {
    const ruling = rulingOf(one.words);
    const given = this.#circumstancesOf(one);
    return one.words.map((word) => ({
      ...storedReading(one, word),
      counter: word.counter,
      receivedMs: word.receivedMs,
      key: word.key,
      signature: word.signature,
      isCorrection: word.edition > 0,
      rules: word === ruling && given !== undefined && countsSlot(given.meter, one.slotMs),
      flags: given === undefined ? [] : flagsAmong(word, one.words, given),
    }));
  }

  #circumstancesOf({ meter, slotMs }: SlotWords): Circumstances | undefined {
    const registered = this.#kept.meter(meter);
    if (registered === undefined) return undefined;
    const kind: Kind | undefined = this.#ledger.state.get(members, registered.member)?.kind;
    const { site } = this.#options;
    return { meter: registered, kind, slotMs, slotLengthMs: this.slotLengthMs, site };
  }

  /** What a run that adjusts the period's last would find changed, by member, slot and meter. */
  correctionsSince(period: Period): readonly Correction[] {
    if (!this.#editions.hasCorrections(period)) return [];
    const found: Correction[] = [];
    for (const [member] of this.#ledger.state.entries(members)) {
      for (const one of this.#kept.of(member, period.periodFromMs, period.periodUntilMs)) {
        const before = this.#ruling(one);
        const after = rulingOf(one.words);
        const meter = this.#kept.meter(one.meter);
        if (after === undefined || after === before) continue;
        if (meter === undefined || !countsSlot(meter, one.slotMs)) continue;
        found.push({
          member,
          before: before && storedReading(one, before),
          after: storedReading(one, after),
        });
      }
    }
    return found;
  }

  qualityOf(numbers: readonly number[], fromMs: number, untilMs: number): readonly MeterQuality[] {
    const endMs = Math.min(untilMs, this.#options.clock.nowMs());
    const span = { fromMs, untilMs: endMs, slotLengthMs: this.slotLengthMs };
    const wanted = new Set(numbers);
    const bySlot = new Map<number, Map<number, SlotWords>>();
    for (const member of this.#ownersOf(numbers)) {
      for (const one of this.#kept.of(member, fromMs, endMs)) {
        if (!wanted.has(one.meter)) continue;
        const slots = bySlot.get(one.meter) ?? new Map<number, SlotWords>();
        bySlot.set(one.meter, slots);
        slots.set(one.slotMs, one);
      }
    }
    return numbers.flatMap((number) => {
      const meter = this.#kept.meter(number);
      if (meter === undefined) return [];
      const slots = bySlot.get(number);
      const versionsAt = (slotMs: number): readonly ReadingVersion[] => {
        const words = slots?.get(slotMs);
        return words === undefined ? [] : this.#versions(words);
      };
      return [qualityOfMeter({ number, meter, span, versionsAt })];
    });
  }

  #ownersOf(numbers: readonly number[]): ReadonlySet<number> {
    return new Set(numbers.flatMap((number) => this.#kept.meter(number)?.member ?? []));
  }

  balanceOfFeeders(fromMs: number, untilMs: number): readonly FeederBalance[] {
    const endMs = Math.min(untilMs, this.#options.clock.nowMs());
    const span = { fromMs, untilMs: endMs, slotLengthMs: this.slotLengthMs };
    return balanceOfFeeders(this.#ledger.state.entries(meters), span, (member) =>
      this.of(member, fromMs, endMs, READINGS_MAX),
    );
  }

  /** Every meter of a member, retired ones included. */
  metersOf(member: number): readonly (readonly [number, Meter])[] {
    return this.#ledger.state.group(metersOfMember, `${member}`);
  }
}

function storedReading({ meter, slotMs }: SlotWords, word: KeptReading): StoredReading {
  const { imported, exported, quality, source, version } = word;
  return { meter, slotMs, imported, exported, quality, source, version };
}

/** What speaks against a word on its own, and beside what other sources measured. */
function flagsAmong(
  word: KeptReading,
  words: readonly KeptReading[],
  given: Circumstances,
): readonly ReadingFlag[] {
  const flags = flagsOf(word, given);
  if (word.quality !== 'measured') return flags;
  const others = words.filter((one) => one.source !== word.source && one.quality === 'measured');
  const last = new Map<Source, KeptReading>();
  for (const one of others) {
    if (one.version > (last.get(one.source)?.version ?? 0)) last.set(one.source, one);
  }
  const isDisputed = [...last.values()].some((one) => disagree(one, word));
  return isDisputed ? [...flags, 'sources_disagree'] : flags;
}
