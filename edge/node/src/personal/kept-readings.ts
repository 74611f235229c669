/** The readings of the vault, and of a batch that is being judged and stands in no store yet. */

import { type Meter, meters, rulingOf, type Source } from '@commonwatt/contracts';
import { decode, encode, type Ledger, toHex } from '@commonwatt/ledger';
import {
  counterName,
  type KeptReading,
  keptReadingCodec,
  placeOf,
  readingName,
  slotName,
  wordsOn,
} from './kept-reading.ts';
import type { PersonalRecord, PersonalVault } from './personal-vault.ts';
import { type ReplayWindow, replayWindowCodec } from './replay-window.ts';

/** Records that one question may look at. */
const RECORDS_MAX = 10_000_000;

/** Everything said about one meter and slot. */
export interface SlotWords {
  readonly meter: number;
  readonly slotMs: number;
  readonly words: readonly KeptReading[];
}

export class KeptReadings {
  readonly #vault: PersonalVault;
  readonly #ledger: Ledger;

  constructor(vault: PersonalVault, ledger: Ledger) {
    this.#vault = vault;
    this.#ledger = ledger;
  }

  /** A member's words by slot and meter, read as they are asked for. */
  *of(member: number, fromMs: number, untilMs: number): Iterable<SlotWords> {
    let place: { meter: number; slotMs: number } | undefined;
    let words: KeptReading[] = [];
    const [from, until] = [slotName(fromMs), slotName(untilMs)];
    for (const { name, content } of this.#vault.range(member, from, until, RECORDS_MAX)) {
      const { meter, slotMs } = placeOf(name);
      if (place !== undefined && (place.meter !== meter || place.slotMs !== slotMs)) {
        yield { ...place, words };
        words = [];
      }
      place = { meter, slotMs };
      words.push(decode(keptReadingCodec, content, 'reading'));
    }
    if (place !== undefined) yield { ...place, words };
  }

  wordsOn(member: number, meter: number, slotMs: number): readonly KeptReading[] {
    const [from, until] = wordsOn(slotMs, meter);
    return [...this.#vault.range(member, from, until, RECORDS_MAX)].map(({ content }) =>
      decode(keptReadingCodec, content, 'reading'),
    );
  }

  windowOf(member: number, meter: number, keyHex: string): ReplayWindow | undefined {
    const kept = this.#vault.read(member, counterName(meter, keyHex));
    return kept && decode(replayWindowCodec, kept, 'counter');
  }

  meter(number: number): Meter | undefined {
    return this.#ledger.state.get(meters, number);
  }
}

/** What is known of a batch before it is written. */
export class PendingReadings {
  readonly #kept: KeptReadings;
  readonly #words = new Map<string, KeptReading[]>();
  readonly #windows = new Map<string, ReplayWindow>();
  readonly #records = new Map<string, PersonalRecord>();

  constructor(kept: KeptReadings) {
    this.#kept = kept;
  }

  get records(): readonly PersonalRecord[] {
    return [...this.#records.values()];
  }

  /** What one source has said on a slot so far, by rising version. */
  wordsOf(
    member: number,
    { meter, slotMs }: { readonly meter: number; readonly slotMs: number },
    source: Source,
  ): readonly KeptReading[] {
    const pending = this.#words.get(`${meter}/${slotMs}`) ?? [];
    return [...this.#kept.wordsOn(member, meter, slotMs), ...pending]
      .filter((one) => one.source === source)
      .sort((a, b) => a.version - b.version);
  }

  windowOf(member: number, meter: number, key: Uint8Array): ReplayWindow | undefined {
    const keyHex = toHex(key);
    return this.#windows.get(`${meter}/${keyHex}`) ?? this.#kept.windowOf(member, meter, keyHex);
  }

  add(
    person: number,
    place: { readonly meter: number; readonly slotMs: number },
    reading: KeptReading,
    window: ReplayWindow,
  ): void {
    const { meter, slotMs } = place;
    const words = this.#words.get(`${meter}/${slotMs}`) ?? [];
    this.#words.set(`${meter}/${slotMs}`, words);
    words.push(reading);
    const keyHex = toHex(reading.key);
    this.#windows.set(`${meter}/${keyHex}`, window);
    const content = encode(keptReadingCodec, reading);
    this.note({ person, name: readingName(slotMs, meter, reading), content });
    const counted = encode(replayWindowCodec, window);
    this.note({ person, name: counterName(meter, keyHex), content: counted });
  }

  note(record: PersonalRecord): void {
    this.#records.set(`${record.person}/${record.name}`, record);
  }
}

/** The word that counts among those that pass; nothing where none does. */
export function rulingWord(
  words: readonly KeptReading[],
  passes: (one: KeptReading) => boolean,
): KeptReading | undefined {
  return rulingOf(words.filter(passes));
}
