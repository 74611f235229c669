/**
 * The auditor's file: readings opened with their salts, and the secrets the salts come from, as JSON
 * lines. It is personal data of every member: written for its owner alone, at an auditor's demand.
 *
 *   {"format":"commonwatt/readings/1","chain":HEX}
 *   {"member":N,"secret":HEX}
 *   {"meter":N,"slotMs":N,"importedWh":TEXT,"exportedWh":TEXT,"quality":TEXT,"source":TEXT,
 *    "version":N,"salt":HEX}   readings of that member, each on a line of its own
 */

import { closeSync, createReadStream, fchmodSync, fsyncSync, openSync, writeSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { type JsonValue, readStrictJsonText } from '@commonwatt/api';
import { members, QUALITIES, readingSalt, SECRET_LENGTH, SOURCES } from '@commonwatt/contracts';
import { equalBytes, fromHex, type Ledger, type Sha256, toHex } from '@commonwatt/ledger';
import { type Energy, parseEnergy } from '@commonwatt/units';
import type { StoredReading } from '../desks.ts';
import { isWithin, type OpenedReadings, type Period } from './opened-period.ts';

const FORMAT = 'commonwatt/readings/1';
const EVER: Period = { periodFromMs: 0, periodUntilMs: Number.MAX_SAFE_INTEGER };
const LINE_BYTES_MAX = 4096;

/** The lines of the file, without their line ends. */
export function* readingsLines(
  ledger: Ledger,
  sha256: Sha256,
  personal: OpenedReadings & { isErased(member: number): boolean },
): Iterable<string> {
  yield JSON.stringify({ format: FORMAT, chain: toHex(ledger.chain) });
  for (const [member] of ledger.state.entries(members)) {
    if (personal.isErased(member)) continue;
    const secret = personal.secretOf(member);
    yield JSON.stringify({ member, secret: toHex(secret) });
    for (const stored of personal.readingsOf(member, EVER)) {
      const { meter, slotMs, imported, exported, quality, source, version } = stored;
      const salt = toHex(readingSalt(sha256, secret, stored));
      const [importedWh, exportedWh] = [`${imported}`, `${exported}`];
      const amounts = { importedWh, exportedWh };
      yield JSON.stringify({ meter, slotMs, ...amounts, quality, source, version, salt });
    }
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

/** An auditor's file in memory. */
export class ReadingsFile implements OpenedReadings {
  readonly chain: string;
  readonly #secrets: ReadonlyMap<number, Uint8Array>;
  readonly #readings: ReadonlyMap<number, readonly StoredReading[]>;

  constructor(
    chain: string,
    secrets: ReadonlyMap<number, Uint8Array>,
    readings: ReadonlyMap<number, readonly StoredReading[]>,
  ) {
    this.chain = chain;
    this.#secrets = secrets;
    this.#readings = readings;
  }

  get count(): number {
    return [...this.#readings.values()].reduce((sum, list) => sum + list.length, 0);
  }

  readingsOf(member: number, period: Period): readonly StoredReading[] {
    return (this.#readings.get(member) ?? []).filter((one) => isWithin(period, one.slotMs));
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
  let chain: string | undefined;
  let member: number | undefined;
  let number = 0;
  const secrets = new Map<number, Uint8Array>();
  const readings = new Map<number, StoredReading[]>();
  const lines = createInterface({ input: createReadStream(path, 'utf8'), crlfDelay: Infinity });
  for await (const line of lines) {
    number++;
    try {
      const fields = objectOf(line);
      if (chain === undefined) chain = headOf(fields);
      else if ('member' in fields) {
        member = wholeOf(fields, 'member');
        if (secrets.has(member)) throw new RangeError(`member: expected once, got ${member} again`);
        secrets.set(member, hexOf(fields, 'secret', SECRET_LENGTH));
        readings.set(member, []);
      } else if (member === undefined) throw new RangeError('expected a member first');
      else {
        const secret = secrets.get(member) as Uint8Array;
        readings.get(member)?.push(readingOf(fields, sha256, secret));
      }
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      throw new ReadingsFileError(`${path}: line ${number}: ${error.message}`);
    }
  }
  if (chain === undefined) throw new ReadingsFileError(`${path}: expected a first line, got none`);
  return new ReadingsFile(chain, secrets, readings);
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

function headOf(fields: Fields): string {
  if (fields.format !== FORMAT) throw new RangeError(`format: expected ${FORMAT}`);
  return toHex(hexOf(fields, 'chain', 32));
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

function readingOf(fields: Fields, sha256: Sha256, secret: Uint8Array): StoredReading {
  const reading: StoredReading = {
    meter: wholeOf(fields, 'meter'),
    slotMs: wholeOf(fields, 'slotMs'),
    imported: energyOf(fields, 'importedWh'),
    exported: energyOf(fields, 'exportedWh'),
    quality: oneOf(fields, 'quality', QUALITIES),
    source: oneOf(fields, 'source', SOURCES),
    version: wholeOf(fields, 'version'),
  };
  const salt = hexOf(fields, 'salt', 16);
  if (!equalBytes(salt, readingSalt(sha256, secret, reading))) {
    throw new RangeError('salt: expected the one of the member’s secret');
  }
  return reading;
}
