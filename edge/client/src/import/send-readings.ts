/**
 * Sends the slots of a file to a node, each signed with an accountable key. What is sent again
 * changes nothing: the node answers for each slot whether it was new, known, or another version.
 */

import { type ReadingParts, readingText } from '@commonwatt/api';
import { type Signer, toHex, utf8Bytes } from '@commonwatt/ledger';
import { ClientError } from '../http/client-error.ts';
import type { Client } from '../http/typed-client.ts';
import type { KnownSlot } from './dry-run.ts';
import type { ImportedSlot } from './imported-file.ts';

/** Readings of one request. */
export const BATCH_READINGS = 500;
/** Slots of one question for what is known. */
const SPAN_SLOTS = 10_000;
const PAGE_ROWS = 500;
/** Versions that are tried where nothing is known of what was said before. */
const VERSIONS_TRIED = 20;
const ATTEMPTS_MAX = 6;
const WAIT_FIRST_MS = 500;

/** The providers' last word on a slot. */
export interface ProvidedSlot extends KnownSlot {
  readonly version: number;
}

export interface AskOptions {
  readonly client: Pick<Client, 'providedReadings'>;
  readonly meter: number;
  readonly slotLengthMs: number;
}

/**
 * What providers said so far of the slots of a file, by slot. Nothing where the key may not ask,
 * because it is no provider's: then what is known is found out by sending.
 */
export async function providedSlots(
  slots: readonly ImportedSlot[],
  { client, meter, slotLengthMs }: AskOptions,
): Promise<ReadonlyMap<number, ProvidedSlot> | undefined> {
  const known = new Map<number, ProvidedSlot>();
  const endMs = (slots.at(-1)?.slotMs ?? 0) + slotLengthMs;
  let fromMs = slots[0]?.slotMs ?? endMs;
  try {
    while (fromMs < endMs) {
      const untilMs = Math.min(endMs, fromMs + SPAN_SLOTS * slotLengthMs);
      const query = { from: `${fromMs}`, until: `${untilMs}`, limit: `${PAGE_ROWS}` };
      const page = await client.providedReadings({ params: { meter }, query });
      for (const { slotMs, imported, exported, quality, version } of page.readings) {
        const importedWh = BigInt(imported);
        known.set(slotMs, { importedWh, exportedWh: BigInt(exported), quality, version });
      }
      const next = page.nextMs ?? untilMs;
      if (next <= fromMs) throw new Error(`providedReadings: expected to go on from ${fromMs}`);
      fromMs = next;
    }
    return known;
  } catch (error) {
    const isNotFor = error instanceof ClientError && NOT_FOR_THIS_KEY.has(error.code);
    if (isNotFor) return undefined;
    throw error;
  }
}
const NOT_FOR_THIS_KEY: ReadonlySet<string> = new Set(['forbidden', 'key_unknown', 'not_found']);

export interface SendOptions {
  readonly client: Pick<Client, 'postReadings'>;
  readonly signer: Signer;
  /** The ledger, in hex. */
  readonly chain: string;
  readonly meter: number;
  /** What was said before, for the version of what supersedes it. */
  readonly known: (slotMs: number) => ProvidedSlot | undefined;
  /** Rises with every reading of the key: from the machine's clock. */
  readonly nowMs: () => number;
  readonly onProgress?: (sent: number) => void;
  /** Between attempts: rising from half a second unless given. */
  readonly wait?: (attempt: number) => Promise<void>;
}

export interface SentReadings {
  readonly stored: number;
  /** Of these, versions that supersede an earlier one. */
  readonly superseding: number;
  readonly identical: number;
  readonly refused: readonly RefusedSlots[];
}

export interface RefusedSlots {
  readonly code: string;
  readonly slots: number;
  readonly firstLine: number;
}

interface Sending {
  readonly slot: ImportedSlot;
  readonly version: number;
}

/**
 * Resolves once the node has answered for every slot; where it did not answer, the same slots are
 * sent again. @throws ClientError when it goes on giving no answer: what was sent so far stands.
 */
export async function sendReadings(
  slots: readonly ImportedSlot[],
  options: SendOptions,
): Promise<SentReadings> {
  const counter = risingCounter(options.nowMs);
  const refused = new Map<string, RefusedSlots>();
  let stored = 0;
  let superseding = 0;
  let identical = 0;
  for (let at = 0; at < slots.length; at += BATCH_READINGS) {
    const batch = slots.slice(at, at + BATCH_READINGS);
    let sending: readonly Sending[] = batch.map((slot) => ({
      slot,
      version: (options.known(slot.slotMs)?.version ?? 0) + 1,
    }));
    for (let tried = 0; sending.length > 0; tried += 1) {
      const answers = await answersTo(sending, counter, options);
      const again: Sending[] = [];
      for (const [index, one] of sending.entries()) {
        const code = answers[index] ?? 'no_answer';
        if (code === 'stored') {
          stored += 1;
          if (one.version > 1) superseding += 1;
        } else if (code === 'duplicate') identical += 1;
        else if (SAID_BEFORE.has(code) && tried < VERSIONS_TRIED) {
          again.push({ slot: one.slot, version: one.version + 1 });
        } else {
          const before = refused.get(code);
          const firstLine = before?.firstLine ?? one.slot.line;
          refused.set(code, { code, slots: (before?.slots ?? 0) + 1, firstLine });
        }
      }
      sending = again;
    }
    options.onProgress?.(at + batch.length);
  }
  return { stored, superseding, identical, refused: [...refused.values()] };
}
const SAID_BEFORE: ReadonlySet<string> = new Set(['reading_known', 'superseded']);

/** A thousand numbers for each millisecond: none is used twice, whatever is imported next. */
function risingCounter(nowMs: () => number): () => number {
  let last = 0;
  return () => {
    last = Math.max(last + 1, nowMs() * 1000);
    return last;
  };
}

async function answersTo(
  sending: readonly Sending[],
  counter: () => number,
  options: SendOptions,
): Promise<readonly string[]> {
  const readings = sending.map((one) => signed(one, counter(), options));
  for (let attempt = 1; ; attempt += 1) {
    try {
      const { results } = await options.client.postReadings({ body: { readings } });
      return results;
    } catch (error) {
      const mayAgain = error instanceof ClientError && AGAIN.has(error.code);
      if (!mayAgain || attempt >= ATTEMPTS_MAX) throw error;
    }
    await (options.wait ?? waitLonger)(attempt);
  }
}
const AGAIN: ReadonlySet<string> = new Set(['outcome_unknown', 'rate_limited']);

function signed({ slot, version }: Sending, counter: number, options: SendOptions) {
  const { chain, meter, signer } = options;
  const { slotMs, importedWh, exportedWh, quality } = slot;
  const parts: ReadingParts = {
    chain,
    meter,
    slotMs,
    counter,
    importedWh,
    exportedWh,
    quality,
    version,
  };
  return {
    meter,
    slotMs,
    counter,
    importedWh: `${importedWh}`,
    exportedWh: `${exportedWh}`,
    quality,
    version,
    key: toHex(signer.publicKey),
    signature: toHex(signer.sign(utf8Bytes(readingText(parts)))),
  };
}

function waitLonger(attempt: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, WAIT_FIRST_MS * 2 ** (attempt - 1)));
}
