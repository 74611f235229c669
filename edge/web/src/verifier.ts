/**
 * What this device holds on to of the ledger before it believes a node: its chain, its keys, and
 * the last checkpoint it saw. Pinned at the first visit, or by an invite link; kept from then on.
 */

import {
  browserCheckpointStore,
  browserCrypto,
  type CheckpointMemory,
  type Client,
  checkpointMemory,
  type PinnedLedger,
  pinLedger,
  type Verifier,
} from '@commonwatt/client';

const PINNED = 'commonwatt/ledger/';

export async function verifierOf(client: Client, chain: string): Promise<Verifier> {
  const ledger = keptLedger(chain) ?? (await pinLedger(client, { chain }));
  localStorage.setItem(`${PINNED}${chain}`, JSON.stringify(ledger));
  return { client, crypto: browserCrypto, ledger, memory: memoryOf(ledger) };
}

export function memoryOf(ledger: PinnedLedger): CheckpointMemory {
  return checkpointMemory(browserCrypto, browserCheckpointStore(localStorage), ledger);
}

/** What was pinned before. A text that is no pinned ledger is as good as none: it is pinned anew. */
export function keptLedger(chain: string): PinnedLedger | undefined {
  const text = localStorage.getItem(`${PINNED}${chain}`);
  if (text === null) return undefined;
  const value: unknown = JSON.parse(text);
  return isPinned(value) && value.chain === chain ? value : undefined;
}

function isPinned(value: unknown): value is PinnedLedger {
  if (typeof value !== 'object' || value === null) return false;
  const { chain, origin, keys, threshold } = value as Record<string, unknown>;
  return (
    typeof chain === 'string' &&
    typeof origin === 'string' &&
    Array.isArray(keys) &&
    keys.every((key) => typeof key === 'string') &&
    typeof threshold === 'number'
  );
}
