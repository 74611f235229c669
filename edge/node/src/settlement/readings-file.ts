/**
 * The auditor's file: every word on every slot as it was signed, opened with its salt, and the secrets
 * that the salts come from, as JSON lines. It is personal data of every member: written for its owner
 * alone, at an auditor's demand.
 *
 *   {"format":"commonwatt/readings/1","chain":HEX,"height":N|null}   the last block at that time
 *   {"member":N,"secret":HEX}
 *   {"meter":N,"slotMs":N,"importedWh":TEXT,"exportedWh":TEXT,"quality":TEXT,"source":TEXT,
 *    "version":N,"salt":HEX,"counter":N,"edition":N,"counts":BOOLEAN,"key":HEX,"signature":HEX}
 *                     words of that member, each on a line of its own; `edition` is how often its
 *                     period had been closed when it came, `counts` whether it counts in a run now
 *   {"sharing":"share","slotMs":N,"shareMillionths":N,"edition":N,"counts":BOOLEAN}
 *   {"sharing":"limit","slotMs":N,"buyNano":TEXT|null,"sellNano":TEXT|null,...}
 *   {"sharing":"allocated","slotMs":N,"receivedWh":TEXT,"givenWh":TEXT,...}
 *                     what was said of that member for sharing beside readings
 */

import { closeSync, createReadStream, fchmodSync, fsyncSync, openSync, writeSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { type JsonValue, readStrictJsonText } from '@commonwatt/api';
import {
  members,
  QUALITIES,
  readingSalt,
  SECRET_LENGTH,
  SHARING_KINDS,
  type SharingEntry,
  SOURCES,
} from '@commonwatt/contracts';
import { equalBytes, fromHex, type Ledger, type Sha256, toHex } from '@commonwatt/ledger';
import { type Energy, type Price, parseEnergy, price } from '@commonwatt/units';
import type { SignedWord, StoredReading } from '../desks.ts';
import type { SharingWord } from '../personal/sharing-store.ts';
import { isWithin, type OpenedReadings, type Period } from './opened-period.ts';

const FORMAT = 'commonwatt/readings/1';
const LINE_BYTES_MAX = 4096;

/** Where the lines come from. */
export interface ExportedRecords {
  /** Nothing for a member in whose name nothing was ever salted, and for an erased one. */
  secretOf(member: number): Uint8Array | undefined;
  wordsOf(member: number): Iterable<SignedWord>;
  sharingWordsOf(member: number): Iterable<SharingWord>;
}

/** The lines of the file, without their line ends. */
export function* readingsLines(
  ledger: Ledger,
  sha256: Sha256,
  records: ExportedRecords,
): Iterable<string> {
  const height = ledger.head?.height ?? null;
  yield JSON.stringify({ format: FORMAT, chain: toHex(ledger.chain), height });
  for (const [member] of ledger.state.entries(members)) {
    const secret = records.secretOf(member);
    if (secret === undefined) continue;
    yield JSON.stringify({ member, secret: toHex(secret) });
    for (const word of records.wordsOf(member)) {
      const { meter, slotMs, imported, exported, quality, source, version } = word;
      const { counter, edition, counts } = word;
      const salt = toHex(readingSalt(sha256, secret, word));
      const [importedWh, exportedWh] = [`${imported}`, `${exported}`];
      const said = { meter, slotMs, importedWh, exportedWh, quality, source, version, salt };
      const signed = { key: toHex(word.key), signature: toHex(word.signature) };
      yield JSON.stringify({ ...said, counter, edition, counts, ...signed });
    }
    for (const word of records.sharingWordsOf(member)) yield JSON.stringify(sharingFields(word));
  }
}

/** Writes the file anew with mode 0600; durable when it returns. Gives the number of readings. */
export function writeReadingsFile(path: string, lines: Iterable<string>): number {
  const file = openSync(path, 'w', 0o600);
  let readings = 0;
  try {
    fchmodSync(file, 0o600);
    for (const line of lines) {
      writeSync(file, `${line}\n`);
      if (line.startsWith('{"meter"')) readings++;
    }
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  return readings;
}

/** The file is not what it should be; names the line. */
export class ReadingsFileError extends Error {
  override readonly name = 'ReadingsFileError';
}

/** What an auditor's file holds of the members. */
interface FileContent {
  readonly chain: string;
  /** The last block when it was written; nothing before the first. */
  readonly height: number | undefined;
  readonly secrets: ReadonlyMap<number, Uint8Array>;
  readonly words: ReadonlyMap<number, readonly SignedWord[]>;
  readonly sharing: ReadonlyMap<number, readonly SharingWord[]>;
}

/** An auditor's file in memory. */
export class ReadingsFile implements OpenedReadings {
  readonly chain: string;
  readonly height: number | undefined;
  readonly #secrets: ReadonlyMap<number, Uint8Array>;
  readonly #words: ReadonlyMap<number, readonly SignedWord[]>;
  readonly #sharing: ReadonlyMap<number, readonly SharingWord[]>;

  constructor({ chain, height, secrets, words, sharing }: FileContent) {
    this.#sharing = sharing;
    this.chain = chain;
    this.height = height;
    this.#secrets = secrets;
    this.#words = words;
  }

  /** Words on slots, whether they count or not. */
  get count(): number {
    return [...this.#words.values()].reduce((sum, list) => sum + list.length, 0);
  }

  *words(): Iterable<SignedWord> {
    for (const ofMember of this.#words.values()) yield* ofMember;
  }

  /** What counted when the file was written. */
  readingsOf(member: number, period: Period): readonly StoredReading[] {
    return this.wordsOf(member, period).filter((one) => one.counts);
  }

  wordsOf(member: number, period: Period): readonly SignedWord[] {
    return (this.#words.get(member) ?? []).filter((one) => isWithin(period, one.slotMs));
  }

  sharingOf(member: number): readonly SharingEntry[] {
    return this.sharingWordsOf(member)
      .filter(({ counts }) => counts)
      .map(({ edition: _edition, counts: _counts, ...entry }) => entry);
  }

  sharingWordsOf(member: number): readonly SharingWord[] {
    return this.#sharing.get(member) ?? [];
  }

  has(member: number): boolean {
    return this.#secrets.has(member);
  }

  secretOf(member: number): Uint8Array {
    const secret = this.#secrets.get(member);
    if (secret === undefined) throw new RangeError(`readings file: no secret of member ${member}`);
    return secret;
  }
}

/** @throws ReadingsFileError naming the line that is not as written above. */
export async function readReadingsFile(path: string, sha256: Sha256): Promise<ReadingsFile> {
  let head: Pick<FileContent, 'chain' | 'height'> | undefined;
  let member: number | undefined;
  let number = 0;
  const secrets = new Map<number, Uint8Array>();
  const words = new Map<number, SignedWord[]>();
  const sharing = new Map<number, SharingWord[]>();
  const lines = createInterface({ input: createReadStream(path, 'utf8'), crlfDelay: Infinity });
  for await (const line of lines) {
    number++;
    try {
      const fields = objectOf(line);
      if (head === undefined) head = headOf(fields);
      else if ('member' in fields) {
        member = wholeOf(fields, 'member');
        if (secrets.has(member)) throw new RangeError(`member: expected once, got ${member} again`);
        secrets.set(member, hexOf(fields, 'secret', SECRET_LENGTH));
        words.set(member, []);
        sharing.set(member, []);
      } else if (member === undefined) throw new RangeError('expected a member first');
      else if ('sharing' in fields) sharing.get(member)?.push(sharingWordOf(fields, member));
      else {
        const secret = secrets.get(member) as Uint8Array;
        words.get(member)?.push(wordOf(fields, sha256, secret));
      }
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      throw new ReadingsFileError(`${path}: line ${number}: ${error.message}`);
    }
  }
  if (head === undefined) throw new ReadingsFileError(`${path}: expected a first line, got none`);
  return new ReadingsFile({ ...head, secrets, words, sharing });
}

type Fields = { readonly [key: string]: JsonValue };

function objectOf(line: string): Fields {
  const reading = readStrictJsonText(line, { bytes: LINE_BYTES_MAX, depth: 1 });
  if (!reading.ok) throw new RangeError(`expected JSON, got ${reading.reason}`);
  const { value } = reading;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new RangeError('expected an object');
  }
  return value;
}

function headOf(fields: Fields): Pick<FileContent, 'chain' | 'height'> {
  if (fields.format !== FORMAT) throw new RangeError(`format: expected ${FORMAT}`);
  const chain = toHex(hexOf(fields, 'chain', 32));
  return { chain, height: fields.height === null ? undefined : wholeOf(fields, 'height') };
}

function wholeOf(fields: Fields, name: string): number {
  const value = fields[name];
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) {
    throw new RangeError(`${name}: expected a whole number, got ${JSON.stringify(value)}`);
  }
  return value;
}

function hexOf(fields: Fields, name: string, length: number): Uint8Array {
  const value = fields[name];
  if (typeof value !== 'string' || value.length !== 2 * length) {
    throw new RangeError(`${name}: expected ${2 * length} hex digits`);
  }
  return fromHex(value);
}

function oneOf<T extends string>(fields: Fields, name: string, names: readonly T[]): T {
  const found = names.find((one) => one === fields[name]);
  if (found === undefined) {
    throw new RangeError(`${name}: expected one of ${names.join(', ')}`);
  }
  return found;
}

function energyOf(fields: Fields, name: string): Energy {
  const value = fields[name];
  if (typeof value !== 'string') throw new RangeError(`${name}: expected a text of Wh`);
  return parseEnergy(value, 'Wh', { field: name });
}

function flagOf(fields: Fields, name: string): boolean {
  const value = fields[name];
  if (typeof value !== 'boolean') throw new RangeError(`${name}: expected true or false`);
  return value;
}

function wordOf(fields: Fields, sha256: Sha256, secret: Uint8Array): SignedWord {
  const reading: SignedWord = {
    meter: wholeOf(fields, 'meter'),
    slotMs: wholeOf(fields, 'slotMs'),
    imported: energyOf(fields, 'importedWh'),
    exported: energyOf(fields, 'exportedWh'),
    quality: oneOf(fields, 'quality', QUALITIES),
    source: oneOf(fields, 'source', SOURCES),
    version: wholeOf(fields, 'version'),
    counter: wholeOf(fields, 'counter'),
    edition: wholeOf(fields, 'edition'),
    counts: flagOf(fields, 'counts'),
    key: hexOf(fields, 'key', 32),
    signature: hexOf(fields, 'signature', 64),
  };
  const salt = hexOf(fields, 'salt', 16);
  if (!equalBytes(salt, readingSalt(sha256, secret, reading))) {
    throw new RangeError('salt: expected the one of the member’s secret');
  }
  return reading;
}

function sharingFields({ member: _member, ...word }: SharingWord): Fields {
  const { kind, slotMs, edition, counts } = word;
  const told = { sharing: kind, slotMs, edition, counts };
  if (kind === 'share') return { ...told, shareMillionths: word.shareMillionths ?? 0 };
  if (kind === 'allocated') {
    return { ...told, receivedWh: `${word.received ?? 0n}`, givenWh: `${word.given ?? 0n}` };
  }
  return { ...told, buyNano: nanoText(word.buy), sellNano: nanoText(word.sell) };
}

const nanoText = (nano: Price | undefined): string | null =>
  nano === undefined ? null : `${nano}`;

function sharingWordOf(fields: Fields, member: number): SharingWord {
  const kind = oneOf(fields, 'sharing', SHARING_KINDS);
  const slotMs = wholeOf(fields, 'slotMs');
  const word = { kind, slotMs, member, edition: wholeOf(fields, 'edition') };
  const counts = flagOf(fields, 'counts');
  if (kind === 'share') {
    return { ...word, counts, shareMillionths: wholeOf(fields, 'shareMillionths') };
  }
  if (kind === 'limit') {
    return { ...word, counts, buy: nanoOf(fields, 'buyNano'), sell: nanoOf(fields, 'sellNano') };
  }
  const received = energyOf(fields, 'receivedWh');
  return { ...word, counts, received, given: energyOf(fields, 'givenWh') };
}

function nanoOf(fields: Fields, name: string): Price | undefined {
  const value = fields[name];
  if (value === null) return undefined;
  if (typeof value !== 'string' || !/^(?:0|-?[1-9][0-9]{0,18})$/.test(value)) {
    throw new RangeError(`${name}: expected a text of nano per Wh, or null`);
  }
  return price(BigInt(value));
}
