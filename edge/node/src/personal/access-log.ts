/**
 * Who read a member's personal rows, for that member to see. A row counts what one key read through
 * one route within an hour. It stands under the member's own key, so that it is erased with the
 * member, and on disk before the first answer that it covers leaves the node; of further reads in
 * the same minute a crash may lose the count, never that there were any.
 */

import {
  type Clock,
  type Codec,
  choice,
  decode,
  encode,
  fixedBytes,
  optional,
  struct,
  textUpTo,
  toHex,
  u32,
  u64,
} from '@commonwatt/ledger';
import type { PersonalRecord, PersonalVault } from './personal-vault.ts';

/** What lets somebody else read: an audit, the member's grant, the machine itself, or an office. */
export const ACCESS_AS = ['auditor', 'grant', 'export', 'officer'] as const;
export type AccessAs = (typeof ACCESS_AS)[number];

export interface Read {
  /** Whose rows they are. */
  readonly members: readonly number[];
  readonly as: AccessAs;
  /** The key that asked; zeros for an export by the operator. */
  readonly key: Uint8Array;
  readonly reader: number | undefined;
  /** The name of the route, or of the export. */
  readonly what: string;
  /** The span that was asked for, where there is one. */
  readonly fromMs: number;
  readonly untilMs: number;
}

export interface AccessRow extends Omit<Read, 'members'> {
  readonly firstMs: number;
  readonly lastMs: number;
  readonly count: number;
}

const rowCodec: Codec<AccessRow> = struct<AccessRow>({
  as: choice(...ACCESS_AS),
  key: fixedBytes(32),
  reader: optional(u32),
  what: textUpTo(40),
  fromMs: u64,
  untilMs: u64,
  firstMs: u64,
  lastMs: u64,
  count: u32,
});

const HOUR_MS = 3_600_000;
/** Rows that only count further are written this often. */
const WRITE_MS = 60_000;
/** Rows held in memory at once. */
const ROWS_MAX = 10_000;
/** How long a member can look back: the time within which a claim of the last year is made. */
export const ACCESS_KEPT_MS = 3 * 366 * 24 * HOUR_MS;
/** Old rows that one read removes. */
const OLD_MAX = 100;
const COUNT_MAX = 4_294_967_295;

interface Held {
  readonly person: number;
  readonly name: string;
  row: AccessRow;
  writtenMs: number;
  isWritten: boolean;
}

export class AccessLog {
  readonly #vault: PersonalVault;
  readonly #clock: Clock;
  readonly #held = new Map<string, Held>();

  constructor(options: { readonly vault: PersonalVault; readonly clock: Clock }) {
    this.#vault = options.vault;
    this.#clock = options.clock;
  }

  /** Records a read before it is answered. Of erased members there is nothing to read or to keep. */
  note(read: Read): void {
    const nowMs = this.#clock.nowMs();
    const people = read.members.filter((one) => !this.#vault.isErased(one));
    const isDue = people.map((person) => this.#count(person, read, nowMs));
    if (!isDue.includes(true)) return;
    this.#write(nowMs);
    for (const person of people) this.#forgetOld(person, nowMs);
  }

  /** Counts one read, and says whether it has to be written now. */
  #count(person: number, { members: _members, ...read }: Read, nowMs: number): boolean {
    const name = rowName(nowMs, read);
    const held = this.#held.get(`${person}/${name}`) ?? this.#kept(person, name);
    if (held === undefined) {
      const row = { ...read, firstMs: nowMs, lastMs: nowMs, count: 1 };
      const fresh = { person, name, row, writtenMs: nowMs, isWritten: false };
      this.#held.set(`${person}/${name}`, fresh);
      return true;
    }
    const { row } = held;
    const isWider = read.fromMs < row.fromMs || read.untilMs > row.untilMs;
    held.row = {
      ...row,
      fromMs: Math.min(row.fromMs, read.fromMs),
      untilMs: Math.max(row.untilMs, read.untilMs),
      firstMs: Math.min(row.firstMs, nowMs),
      lastMs: Math.max(row.lastMs, nowMs),
      count: Math.min(row.count + 1, COUNT_MAX),
    };
    held.isWritten = false;
    this.#held.set(`${person}/${name}`, held);
    return isWider || Math.abs(nowMs - held.writtenMs) >= WRITE_MS || this.#held.size > ROWS_MAX;
  }

  #kept(person: number, name: string): Held | undefined {
    const content = this.#vault.read(person, name);
    if (content === undefined) return undefined;
    const row = decode(rowCodec, content, 'access');
    return { person, name, row, writtenMs: row.lastMs, isWritten: true };
  }

  /** Everything that was counted since, on disk when it returns. */
  #write(nowMs: number): void {
    const due = [...this.#held.values()].filter((one) => !one.isWritten);
    const records = due
      .filter(({ person }) => !this.#vault.isErased(person))
      .map(({ person, name, row }): PersonalRecord => {
        return { person, name, content: encode(rowCodec, row) };
      });
    if (records.length > 0) this.#vault.write(records);
    for (const one of due) {
      one.isWritten = true;
      one.writtenMs = nowMs;
    }
    if (this.#held.size > ROWS_MAX / 2) this.#held.clear();
  }

  #forgetOld(person: number, nowMs: number): void {
    const until = hourName(Math.max(0, nowMs - ACCESS_KEPT_MS));
    const old = [...this.#vault.range(person, hourName(0), until, OLD_MAX)];
    if (old.length > 0)
      this.#vault.remove(
        person,
        old.map((one) => one.name),
      );
  }

  /** The newest rows whose hour lies in the span, oldest first. */
  of(member: number, fromMs: number, untilMs: number, limit: number): readonly AccessRow[] {
    this.flush();
    const from = hourName(fromMs);
    const found = [...this.#vault.range(member, from, hourName(untilMs + HOUR_MS), READ_MAX)];
    return found
      .map(({ content }) => decode(rowCodec, content, 'access'))
      .filter((row) => row.lastMs >= fromMs && row.firstMs < untilMs)
      .slice(-limit);
  }

  /** Writes what was counted and not written yet. */
  flush(): void {
    this.#write(this.#clock.nowMs());
  }
}

/** Rows of a member that one question looks at. */
const READ_MAX = 100_000;
const PREFIX = 'access/';

const hourName = (ms: number): string => `${PREFIX}${`${ms - (ms % HOUR_MS)}`.padStart(16, '0')}`;
const rowName = (ms: number, { what, key }: Pick<Read, 'what' | 'key'>): string =>
  `${hourName(ms)}/${what}/${toHex(key)}`;

/** The key that stands for the operator's own machine. */
export const NO_KEY = new Uint8Array(32);
