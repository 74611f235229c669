/**
 * What sharing is computed from beside readings: the organiser's parts, limits of standing orders and
 * the grid operator's values. Like readings each stands under its member's own key, and what comes for
 * a closed period waits until a run that adjusts the last takes it in. Limits are told ahead: a period
 * that is closed keeps those it had.
 *
 *   sharing/KIND/DAY            the words of a member for the intervals of a UTC day
 *   sharing-differences/PERIOD/RUN   allocated values that did not stand in a run
 */

import {
  closedPeriods,
  members,
  metersOfMember,
  SHARING_KINDS,
  type SharingEntry,
  type SharingKind,
  settledPeriods,
} from '@commonwatt/contracts';
import {
  type Clock,
  type Codec,
  choice,
  decode,
  encode,
  energyWh,
  type Ledger,
  list,
  optional,
  priceNano,
  struct,
  toHex,
  u16,
  u32,
  u64,
} from '@commonwatt/ledger';
import { type AllocationDifference, SHARE_MILLIONTHS } from '@commonwatt/mechanisms';
import type { Period, PeriodEditions } from './period-editions.ts';
import type { PersonalRecord, PersonalVault } from './personal-vault.ts';
import type { ReadingsStore } from './readings-store.ts';

const DAY_MS = 86_400_000;
/** What is told ahead is told at most so long ahead. */
const AHEAD_MS_MAX = 366 * DAY_MS;
/** Words of a member and day: a day of minutes, each told a few times. */
const WORDS_MAX = 10_000;
/** Days of a century. */
const DAYS_MAX = 36_600;
const RUNS_MAX = 1000;

/** Why an entry is not kept. */
type SharingRefusal =
  | { readonly code: 'member_unknown' | 'member_erased' | 'meter_unknown'; readonly member: number }
  | {
      readonly code: 'slot_invalid' | 'instant_too_far' | 'period_settled' | 'period_frozen';
      readonly slotMs: number;
    }
  | { readonly code: 'shares_exceeded'; readonly slotMs: number; readonly sum: number };

/** One entry as it was told, and how often its period had been closed then. */
type Word = Omit<SharingEntry, 'kind' | 'member'> & { readonly edition: number };
const wordCodec: Codec<Word> = struct<Word>({
  slotMs: u64,
  edition: u16,
  shareMillionths: optional(u32),
  buy: optional(priceNano),
  sell: optional(priceNano),
  received: optional(energyWh),
  given: optional(energyWh),
});
const dayCodec = struct<{ readonly words: readonly Word[] }>({ words: list(wordCodec, WORDS_MAX) });

/** One word as an auditor has it: in which of its period's runs it can count, and whether it does now. */
export interface SharingWord extends SharingEntry {
  /** How often its period had been closed when it came: it counts from the next closing on. */
  readonly edition: number;
  readonly counts: boolean;
}

/** A value of the grid operator's that does not stand as it was imported. */
export type SharingDifference = AllocationDifference & { readonly slotMs: number };
type KeptDifference = Omit<SharingDifference, 'member'>;
const differencesCodec = struct<{ readonly differences: readonly KeptDifference[] }>({
  differences: list(
    struct<KeptDifference>({
      slotMs: u64,
      side: choice('received', 'given'),
      allocated: energyWh as Codec<bigint>,
      accepted: energyWh as Codec<bigint>,
      because: choice('above the meter', 'the sums differ', 'not a party'),
    }),
    WORDS_MAX,
  ),
});

export interface SharingStoreOptions {
  readonly vault: PersonalVault;
  readonly ledger: Ledger;
  readonly clock: Clock;
  /** A period is closed for both at once. */
  readonly readings: Pick<ReadingsStore, 'editions' | 'isFrozen' | 'slotLengthMs'>;
}

export class SharingStore {
  readonly #options: SharingStoreOptions;
  readonly #vault: PersonalVault;
  readonly #editions: PeriodEditions;

  constructor(options: SharingStoreOptions) {
    this.#options = options;
    this.#vault = options.vault;
    this.#editions = options.readings.editions;
  }

  /** Keeps what is in order, on disk when it returns; answers for each: nothing, or why not. */
  take(entries: readonly SharingEntry[]): readonly (SharingRefusal | undefined)[] {
    const days = new PendingDays(this.#vault);
    const notes: PersonalRecord[] = [];
    const answers = entries.map((entry) => this.#refuse(entry));
    const exceeded = this.#sharesExceeded(entries.filter((_, at) => answers[at] === undefined));
    const final = entries.map((entry, at): SharingRefusal | undefined => {
      const sum = entry.kind === 'share' ? exceeded.get(entry.slotMs) : undefined;
      if (answers[at] !== undefined || sum === undefined) return answers[at];
      return { code: 'shares_exceeded', slotMs: entry.slotMs, sum };
    });
    entries.forEach((entry, at) => {
      if (final[at] !== undefined) return;
      days.add(entry, this.#editions.of(entry.slotMs));
      const noted = this.#editions.noted(entry.slotMs);
      if (noted !== undefined) notes.push(noted);
    });
    const records = [...days.records(), ...notes];
    if (records.length > 0) this.#vault.write(records);
    return final;
  }

  #refuse({ kind, slotMs, member }: SharingEntry): SharingRefusal | undefined {
    const { ledger, clock, readings } = this.#options;
    const { state } = ledger;
    if (state.get(members, member) === undefined) return { code: 'member_unknown', member };
    if (this.#vault.isErased(member)) return { code: 'member_erased', member };
    const own = state.group(metersOfMember, `${member}`);
    if (!own.some(([, { measures }]) => measures === 'connection')) {
      return { code: 'meter_unknown', member };
    }
    if (slotMs % readings.slotLengthMs !== 0) return { code: 'slot_invalid', slotMs };
    const nowMs = Math.max(clock.nowMs(), ledger.info().timeMs);
    if (slotMs > nowMs + AHEAD_MS_MAX) return { code: 'instant_too_far', slotMs };
    if (kind === 'limit') {
      return this.#editions.isClosedFrom(slotMs) ? { code: 'period_settled', slotMs } : undefined;
    }
    const period = this.#editions.periodOf(slotMs);
    if (period === undefined) return undefined;
    const settled = state.get(closedPeriods, period.periodFromMs);
    const isOver = settled !== undefined && settled.readingsUntilMs <= nowMs;
    if (isOver) return { code: 'period_settled', slotMs };
    return readings.isFrozen(slotMs) ? { code: 'period_frozen', slotMs } : undefined;
  }

  /** Slots whose parts, with what is told of others, come to more than everything. */
  #sharesExceeded(entries: readonly SharingEntry[]): ReadonlyMap<number, number> {
    const told = new Map<number, Map<number, number>>();
    for (const { kind, slotMs, member, shareMillionths = 0 } of entries) {
      if (kind !== 'share') continue;
      const ofSlot = told.get(slotMs) ?? new Map<number, number>();
      told.set(slotMs, ofSlot.set(member, shareMillionths));
    }
    if (told.size === 0) return new Map();
    const [fromMs, untilMs] = [Math.min(...told.keys()), Math.max(...told.keys()) + 1];
    for (const [member] of this.#options.ledger.state.entries(members)) {
      for (const one of this.#lastWords('share', member, fromMs, untilMs)) {
        const ofSlot = told.get(one.slotMs);
        if (ofSlot === undefined || ofSlot.has(member)) continue;
        ofSlot.set(member, one.shareMillionths ?? 0);
      }
    }
    const exceeded = new Map<number, number>();
    for (const [slotMs, ofSlot] of told) {
      const sum = [...ofSlot.values()].reduce((all, one) => all + one, 0);
      if (sum > SHARE_MILLIONTHS) exceeded.set(slotMs, sum);
    }
    return exceeded;
  }

  /** The last word on each interval, whether or not it counts in a run already. */
  #lastWords(
    kind: SharingKind,
    member: number,
    fromMs: number,
    untilMs: number,
  ): readonly SharingEntry[] {
    return this.#words(kind, member, fromMs, untilMs, () => true);
  }

  /** What counts in a run of the period now, by kind and rising instant. */
  of(member: number, { periodFromMs, periodUntilMs }: Period): readonly SharingEntry[] {
    const counts = ({ slotMs, edition }: Word) => this.#editions.counts(slotMs, edition);
    return SHARING_KINDS.flatMap((kind) => {
      // A limit stands until the next one.
      const fromMs = kind === 'limit' ? 0 : periodFromMs;
      return this.#words(kind, member, fromMs, periodUntilMs, counts);
    });
  }

  #words(
    kind: SharingKind,
    member: number,
    fromMs: number,
    untilMs: number,
    counts: (word: Word) => boolean,
  ): readonly SharingEntry[] {
    if (this.#vault.isErased(member)) return [];
    const ruling = new Map<number, Word>();
    const [first, end] = [nameOf(kind, fromMs), `${nameOf(kind, Math.max(0, untilMs - 1))}~`];
    for (const { content } of this.#vault.range(member, first, end, DAYS_MAX)) {
      for (const word of decode(dayCodec, content, 'sharing').words) {
        const { slotMs } = word;
        if (slotMs < fromMs || slotMs >= untilMs || !counts(word)) continue;
        const before = ruling.get(slotMs);
        if (before === undefined || before.edition <= word.edition) ruling.set(slotMs, word);
      }
    }
    return [...ruling.values()]
      .sort((a, b) => a.slotMs - b.slotMs)
      .map(({ edition: _edition, ...values }) => ({ kind, member, ...values }));
  }

  /** Everything that was said of a member, by kind and rising instant. */
  *wordsOf(member: number): Iterable<SharingWord> {
    if (this.#vault.isErased(member)) return;
    for (const kind of SHARING_KINDS) {
      const [first, end] = [`sharing/${kind}/`, `sharing/${kind}/~`];
      for (const { content } of this.#vault.range(member, first, end, DAYS_MAX)) {
        const { words } = decode(dayCodec, content, 'sharing');
        const last = new Map<number, number>();
        for (const { slotMs, edition } of words) {
          const counts = this.#editions.counts(slotMs, edition);
          if (counts) last.set(slotMs, Math.max(edition, last.get(slotMs) ?? 0));
        }
        for (const word of words.toSorted((a, b) => a.slotMs - b.slotMs || a.edition - b.edition)) {
          const counts = last.get(word.slotMs) === word.edition;
          yield { kind, member, ...word, counts };
        }
      }
    }
  }

  /** Keeps which allocated values did not stand in a run, each under its member's key. */
  keepDifferences(
    { periodFromMs }: Period,
    runHash: Uint8Array,
    differences: readonly SharingDifference[],
  ): void {
    const byMember = new Map<number, KeptDifference[]>();
    for (const { member, ...one } of differences) {
      byMember.set(member, [...(byMember.get(member) ?? []), one]);
    }
    const name = differencesName(periodFromMs, runHash);
    const records = [...byMember]
      .filter(([member]) => !this.#vault.isErased(member))
      .map(([person, own]) => {
        return { person, name, content: encode(differencesCodec, { differences: own }) };
      });
    if (records.length > 0) this.#vault.write(records);
  }

  /** Of the last runs of the periods that touch a span, by instant and member. */
  differences(fromMs: number, untilMs: number): readonly SharingDifference[] {
    const { state } = this.#options.ledger;
    const found: SharingDifference[] = [];
    const periods = state
      .entries(settledPeriods)
      .filter(([periodFromMs, one]) => periodFromMs < untilMs && one.periodUntilMs > fromMs)
      .slice(-RUNS_MAX);
    for (const [member] of state.entries(members)) {
      if (this.#vault.isErased(member)) continue;
      for (const [periodFromMs, { runHash }] of periods) {
        const content = this.#vault.read(member, differencesName(periodFromMs, runHash));
        if (content === undefined) continue;
        for (const one of decode(differencesCodec, content, 'differences').differences) {
          if (one.slotMs >= fromMs && one.slotMs < untilMs) found.push({ member, ...one });
        }
      }
    }
    return found.sort((a, b) => a.slotMs - b.slotMs || a.member - b.member);
  }
}

/** The days that a batch of entries changes, each read once. */
class PendingDays {
  readonly #vault: PersonalVault;
  readonly #days = new Map<string, { readonly person: number; readonly words: Word[] }>();

  constructor(vault: PersonalVault) {
    this.#vault = vault;
  }

  /** A word takes the place of one of its own edition; what a run counted before stays. */
  add({ kind, member, ...values }: SharingEntry, edition: number): void {
    const name = nameOf(kind, values.slotMs);
    const key = `${member}/${name}`;
    const day = this.#days.get(key) ?? { person: member, words: this.#kept(member, name) };
    this.#days.set(key, day);
    const word: Word = { ...values, edition };
    const at = day.words.findIndex((one) => one.slotMs === word.slotMs && one.edition === edition);
    day.words.splice(at < 0 ? day.words.length : at, at < 0 ? 0 : 1, word);
  }

  #kept(person: number, name: string): Word[] {
    const content = this.#vault.read(person, name);
    return content === undefined ? [] : [...decode(dayCodec, content, 'sharing').words];
  }

  records(): readonly PersonalRecord[] {
    return [...this.#days].map(([key, { person, words }]) => {
      const name = key.slice(key.indexOf('/') + 1);
      return { person, name, content: encode(dayCodec, { words }) };
    });
  }
}

function nameOf(kind: SharingKind, slotMs: number): string {
  return `sharing/${kind}/${`${Math.floor(slotMs / DAY_MS)}`.padStart(9, '0')}`;
}

const differencesName = (periodFromMs: number, runHash: Uint8Array): string =>
  `sharing-differences/${`${periodFromMs}`.padStart(16, '0')}/${toHex(runHash).slice(0, 16)}`;
