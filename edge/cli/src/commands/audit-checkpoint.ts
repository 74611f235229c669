/** Whether a checkpoint that somebody kept is one of this ledger's own past. */

import { epochs, presentEpoch } from '@commonwatt/contracts';
import {
  type Checkpoint,
  type Crypto,
  epochOfOrigin,
  equalBytes,
  type Ledger,
  parseCheckpoint,
  parseNote,
  verifyNote,
} from '@commonwatt/ledger';

export type CheckpointFinding =
  | { readonly ok: true; readonly size: number; readonly signers: readonly string[] }
  | { readonly ok: false; readonly height: number; readonly reason: string };

/** Without keys only the root is compared: who signed it is for the asker to say. */
export function checkpointFinding(
  crypto: Crypto,
  ledger: Ledger,
  asked: { readonly note: string; readonly keys: readonly string[]; readonly threshold: number },
): CheckpointFinding {
  const read = readCheckpoint(crypto, asked);
  const height = ledger.history.size;
  if (typeof read === 'string') return { ok: false, height, reason: `checkpoint: ${read}` };
  const { checkpoint, signers } = read;
  const { origin, size, root } = checkpoint;
  const epoch = epochOfOrigin(ledger.genesis.name, origin);
  if (epoch === undefined) {
    const reason = `checkpoint: expected the log ${ledger.genesis.name}, got ${origin}`;
    return { ok: false, height, reason };
  }
  const lost = lostSince(ledger, { epoch, size });
  if (lost !== undefined) return lost;
  if (size > height || epoch > presentEpoch(ledger.state)) {
    const reason = `the ledger ends before the checkpoint of ${size} blocks: it was shortened`;
    return { ok: false, height, reason };
  }
  if (!equalBytes(ledger.history.root(size), root)) {
    const reason = `the ${size} blocks below are not those of the checkpoint`;
    return { ok: false, height: Math.max(0, size - 1), reason };
  }
  return { ok: true, size, signers };
}

/** The ledger itself says that it was restored, and that blocks of the checkpoint were lost by it. */
function lostSince(
  ledger: Ledger,
  { epoch, size }: { readonly epoch: number; readonly size: number },
): CheckpointFinding | undefined {
  for (const [later, { keptHeight: kept }] of ledger.state.entries(epochs)) {
    if (later <= epoch || size <= kept + 1) continue;
    const heights =
      kept + 1 === size - 1 ? `block ${size - 1}` : `blocks ${kept + 1} to ${size - 1}`;
    const reason = `epoch ${later} began behind block ${kept}: ${heights} of the checkpoint were lost`;
    return { ok: false, height: kept + 1, reason };
  }
  return undefined;
}

function readCheckpoint(
  crypto: Crypto,
  asked: { readonly note: string; readonly keys: readonly string[]; readonly threshold: number },
): { readonly checkpoint: Checkpoint; readonly signers: readonly string[] } | string {
  if (asked.keys.length > 0) {
    const verified = verifyNote(crypto, asked);
    if (!verified.ok) return verified.reason;
    return { checkpoint: verified.checkpoint, signers: verified.signers.map((one) => one.name) };
  }
  const note = parseNote(asked.note);
  if (!note.ok) return note.reason;
  const parsed = parseCheckpoint(note.text);
  return parsed.ok ? { checkpoint: parsed.checkpoint, signers: [] } : parsed.reason;
}
