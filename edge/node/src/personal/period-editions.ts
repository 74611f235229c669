/**
 * Which readings of a period count: those that came before it was last closed. A settlement closes
 * its period before it commits to readings, so that what it commits to is what it computes from;
 * what comes later waits as a correction until a later run takes it in.
 */

import { type Codec, decode, encode, flag, struct, u16, u64 } from '@commonwatt/ledger';
import type { PersonalRecord, PersonalVault } from './personal-vault.ts';

export interface Period {
  readonly periodFromMs: number;
  readonly periodUntilMs: number;
}

interface Closing {
  readonly periodUntilMs: number;
  /** How often the period was closed: readings of a lower edition count. */
  readonly edition: number;
  /** Whether readings came since. */
  readonly hasCorrections: boolean;
  /** The edition by which the ledger's last run of the period was computed; 0 before the first. */
  readonly settledEdition: number;
}
const closingCodec: Codec<Closing> = struct<Closing>({
  periodUntilMs: u64,
  edition: u16,
  hasCorrections: flag,
  settledEdition: u16,
});

/** Closings are nobody's: they stand under a number that no member has. */
const NOBODY = 0;
const PREFIX = 'closing/';
/** Hours of a century: more closings than a ledger lives to see. */
const CLOSINGS_MAX = 1_000_000;

interface Closed extends Period, Closing {}

export class PeriodEditions {
  readonly #vault: PersonalVault;
  /** By rising beginning; no two share an instant. */
  readonly #closed: Closed[];

  constructor(vault: PersonalVault) {
    this.#vault = vault;
    const kept = vault.range(NOBODY, PREFIX, `${PREFIX}~`, CLOSINGS_MAX);
    this.#closed = [...kept].map(({ name, content }) => ({
      periodFromMs: Number(name.slice(PREFIX.length)),
      ...decode(closingCodec, content, 'closing'),
    }));
  }

  /** How often the slot's period was closed; 0 while it is open. */
  of(slotMs: number): number {
    return this.#at(slotMs)?.edition ?? 0;
  }

  /** Whether a reading of an edition counts in a run of its slot's period. */
  counts(slotMs: number, edition: number): boolean {
    const closed = this.#at(slotMs);
    return closed === undefined || edition < closed.edition;
  }

  /** The closed period that a slot lies in; nothing while it is open. */
  periodOf(slotMs: number): Period | undefined {
    return this.#at(slotMs);
  }

  /** Whether a period that ends after an instant is closed: what stands from there on counted in it. */
  isClosedFrom(instantMs: number): boolean {
    const last = this.#closed.at(-1);
    return last !== undefined && last.periodUntilMs > instantMs;
  }

  hasCorrections(period: Period): boolean {
    return this.#known(period)?.hasCorrections ?? false;
  }

  /** Closes a period once; again it changes nothing. @throws RangeError where periods overlap. */
  close(period: Period): void {
    if (this.#known(period) !== undefined) return;
    const other = this.#closed.find(
      (one) => one.periodFromMs < period.periodUntilMs && period.periodFromMs < one.periodUntilMs,
    );
    if (other !== undefined) {
      throw new RangeError(
        `period from ${period.periodFromMs}: expected it apart from ${other.periodFromMs}`,
      );
    }
    this.#keep({ ...period, edition: 1, hasCorrections: false, settledEdition: 0 });
  }

  /** Lets the corrections of a closed period count from now on. @throws RangeError when it is open. */
  adopt(period: Period): void {
    const known = this.#known(period);
    if (known === undefined) {
      const { periodFromMs } = period;
      throw new RangeError(
        `period from ${periodFromMs}: expected it closed before it is corrected`,
      );
    }
    if (!known.hasCorrections) return;
    this.#keep({ ...known, edition: known.edition + 1, hasCorrections: false });
  }

  /** A run by the readings that count now took effect. Again it changes nothing. */
  settle(period: Period): void {
    const known = this.#known(period);
    if (known === undefined || known.settledEdition === known.edition) return;
    this.#keep({ ...known, settledEdition: known.edition });
  }

  /**
   * Runs of the given periods may be lost, though they took effect once: those periods are looked at
   * again, and settled again only where the ledger's last run is by other readings.
   */
  doubt(periods: readonly Period[]): void {
    for (const period of periods) {
      const known = this.#known(period);
      if (known === undefined || known.settledEdition === 0) continue;
      this.#keep({ ...known, settledEdition: 0 });
    }
  }

  /** Closed periods in which other readings count, or wait, than those last settled by. */
  unsettled(): readonly Period[] {
    return this.#closed
      .filter((one) => one.hasCorrections || one.settledEdition < one.edition)
      .map(({ periodFromMs, periodUntilMs }) => ({ periodFromMs, periodUntilMs }));
  }

  /** What to write with a reading of a slot, so that its period is known to have corrections. */
  noted(slotMs: number): PersonalRecord | undefined {
    const closed = this.#at(slotMs);
    if (closed === undefined || closed.hasCorrections) return undefined;
    const noted = { ...closed, hasCorrections: true };
    this.#replace(noted);
    return recordOf(noted);
  }

  #keep(closed: Closed): void {
    this.#vault.write([recordOf(closed)]);
    this.#replace(closed);
  }

  #replace(closed: Closed): void {
    const at = this.#countUntil(closed.periodFromMs);
    const isKnown = this.#closed[at - 1]?.periodFromMs === closed.periodFromMs;
    this.#closed.splice(isKnown ? at - 1 : at, isKnown ? 1 : 0, closed);
  }

  #known({ periodFromMs, periodUntilMs }: Period): Closed | undefined {
    const found = this.#at(periodFromMs);
    const isSame = found?.periodFromMs === periodFromMs && found.periodUntilMs === periodUntilMs;
    return isSame ? found : undefined;
  }

  #at(slotMs: number): Closed | undefined {
    const last = this.#closed[this.#countUntil(slotMs) - 1];
    return last !== undefined && slotMs < last.periodUntilMs ? last : undefined;
  }

  /** How many begin at the instant or before. */
  #countUntil(instantMs: number): number {
    let low = 0;
    let high = this.#closed.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#closed[middle] as Closed).periodFromMs <= instantMs) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function recordOf({ periodFromMs, ...closing }: Closed): PersonalRecord {
  const name = `${PREFIX}${`${periodFromMs}`.padStart(16, '0')}`;
  return { person: NOBODY, name, content: encode(closingCodec, closing) };
}
