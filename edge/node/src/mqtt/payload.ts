/** What a device's message says: its counters, and when they stood so. */

import {
  decimalOfNumber,
  type FineEnergy,
  fineEnergy,
  type JsonValue,
  REGISTER_MOST,
  readDecimal,
  readStrictJson,
} from '@commonwatt/api';
import type { MqttDevice, Register } from './device.ts';
import { atJsonPath, parseJsonPath } from './json-path.ts';

export const PAYLOAD_BYTES_MAX = 16_384;

export type PayloadReading =
  | { readonly kind: 'sample'; readonly atMs: number; readonly values: readonly FineEnergy[] }
  /** A message without the counters, such as a notification of something else. */
  | { readonly kind: 'other' }
  | { readonly kind: 'refused'; readonly reason: PayloadRefusal };

/** A closed list, for it labels figures. */
export const PAYLOAD_REFUSALS = [
  'payload_too_large',
  'payload_malformed',
  'register_missing',
  'register_invalid',
  'clock_off',
] as const;
export type PayloadRefusal = (typeof PAYLOAD_REFUSALS)[number];

/** A clock may be ahead of ours by so much, and a device's own time behind its message. */
const CLOCK_AHEAD_MS = 30_000;
const CLOCK_BEHIND_MS = 120_000;
/** A buffered message with a time of its own may be so old. */
const BUFFERED_MS = 7 * 86_400_000;
const QUARTER_MS = 900_000;
/** A device that was never told the time shows a year before this. */
const NO_CLOCK_MS = Date.UTC(2016, 0, 1);
const TASMOTA_TIME = parseJsonPath('$.Time');

export function readPayload(
  device: MqttDevice,
  bytes: Uint8Array,
  arrivedMs: number,
): PayloadReading {
  if (bytes.length > PAYLOAD_BYTES_MAX) return refused('payload_too_large');
  const json = readStrictJson(bytes, { bytes: PAYLOAD_BYTES_MAX });
  if (!json.ok) return refused('payload_malformed');
  const values: FineEnergy[] = [];
  let absent = 0;
  const wanted = [device.registers.import, device.registers.export].filter(
    (one): one is Register => one !== undefined,
  );
  for (const register of wanted) {
    const found = valueAt(json.value, register);
    if (found === undefined) {
      absent += 1;
      continue;
    }
    const value = counterOf(found, register);
    if (value === undefined) return refused('register_invalid');
    values.push(value);
  }
  if (absent === wanted.length && device.payload !== 'json') return { kind: 'other' };
  if (absent > 0) return refused('register_missing');
  const atMs = instantOf(device, json.value, arrivedMs);
  return atMs === undefined ? refused('clock_off') : { kind: 'sample', atMs, values };
}

function refused(reason: PayloadRefusal): PayloadReading {
  return { kind: 'refused', reason };
}

function valueAt(value: JsonValue, { paths }: Register): JsonValue | undefined {
  for (const path of paths) {
    const found = atJsonPath(value, path);
    if (found !== undefined) return found;
  }
  return undefined;
}

function counterOf(value: JsonValue, { unit }: Register): FineEnergy | undefined {
  const decimal =
    typeof value === 'number'
      ? decimalOfNumber(value)
      : typeof value === 'string'
        ? readDecimal(value)
        : undefined;
  if (decimal === undefined || decimal.digits < 0n) return undefined;
  const energy = fineEnergy(decimal, unit, 0);
  return energy > REGISTER_MOST ? undefined : energy;
}

/**
 * When the counters stood so: the message's own instant where the device says one with its offset,
 * and the message's arrival otherwise. Tasmota's clock has no offset, so it only tells whether the
 * message is fresh: zones differ by whole quarter hours, and so must it from ours.
 */
function instantOf(device: MqttDevice, json: JsonValue, arrivedMs: number): number | undefined {
  if (device.time !== undefined) {
    const found = atJsonPath(json, device.time.path);
    const atMs = found === undefined ? undefined : timeOf(found, device.time.format);
    if (atMs === undefined || atMs > arrivedMs + CLOCK_AHEAD_MS) return undefined;
    return atMs < arrivedMs - BUFFERED_MS ? undefined : atMs;
  }
  if (device.payload !== 'tasmota') return arrivedMs;
  const shown = atJsonPath(json, TASMOTA_TIME);
  const wallMs = typeof shown === 'string' ? Date.parse(`${shown}Z`) : Number.NaN;
  if (!(wallMs >= NO_CLOCK_MS)) return arrivedMs;
  const behindMs = (((arrivedMs - wallMs) % QUARTER_MS) + QUARTER_MS) % QUARTER_MS;
  const isFresh = behindMs <= CLOCK_BEHIND_MS || behindMs >= QUARTER_MS - CLOCK_AHEAD_MS;
  return isFresh ? arrivedMs : undefined;
}

function timeOf(
  value: JsonValue,
  format: NonNullable<MqttDevice['time']>['format'],
): number | undefined {
  if (format === 'iso') {
    const isIso = typeof value === 'string' && /T.*(?:Z|[+-]\d{2}:\d{2})$/.test(value);
    const atMs = isIso ? Date.parse(value) : Number.NaN;
    return Number.isNaN(atMs) ? undefined : atMs;
  }
  if (typeof value !== 'number' || value < 0) return undefined;
  const atMs = Math.floor(format === 'unix-seconds' ? value * 1000 : value);
  return Number.isSafeInteger(atMs) ? atMs : undefined;
}
