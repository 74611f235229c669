/** Readings as the vault keeps them: a record for every word on a slot, none of them ever rewritten. */

import { QUALITIES, SOURCES, type Standing } from '@commonwatt/contracts';
import { type Codec, choice, energyWh, fixedBytes, struct, u16, u64 } from '@commonwatt/ledger';
import type { Energy } from '@commonwatt/units';

/** Enough to show later who signed what, and when it came. */
export interface KeptReading extends Standing {
  readonly counter: number;
  readonly imported: Energy;
  readonly exported: Energy;
  /** When the node took it. */
  readonly receivedMs: number;
  /** How often its period had been closed by then: 0 for what came in time. */
  readonly edition: number;
  readonly key: Uint8Array;
  readonly signature: Uint8Array;
}
export const keptReadingCodec: Codec<KeptReading> = struct<KeptReading>({
  counter: u64,
  imported: energyWh,
  exported: energyWh,
  quality: choice(...QUALITIES),
  source: choice(...SOURCES),
  version: u16,
  receivedMs: u64,
  edition: u16,
  key: fixedBytes(32),
  signature: fixedBytes(64),
});

const wide = (value: number, digits: number): string => `${value}`.padStart(digits, '0');
/** Stands after every digit and letter of a name. */
const AFTER_ALL = '~';

/** Before the names of every reading from this slot on. */
export const slotName = (slotMs: number): string => `reading/${wide(slotMs, 16)}/`;

const placeName = (slotMs: number, meter: number): string =>
  `${slotName(slotMs)}${wide(meter, 10)}/`;

export function readingName(
  slotMs: number,
  meter: number,
  { source, version }: Pick<Standing, 'source' | 'version'>,
): string {
  return `${placeName(slotMs, meter)}${source}/${wide(version, 5)}`;
}

/** The names of every word on a meter's slot: from the first up to, but not with, the second. */
export function wordsOn(slotMs: number, meter: number): readonly [from: string, until: string] {
  const name = placeName(slotMs, meter);
  return [name, name + AFTER_ALL];
}

/** Which slot and meter a reading's name is about. */
export function placeOf(name: string): { readonly slotMs: number; readonly meter: number } {
  const [, slot, meter] = name.split('/');
  return { slotMs: Number(slot), meter: Number(meter) };
}

export const counterName = (meter: number, keyHex: string): string =>
  `counter/${wide(meter, 10)}/${keyHex}`;
