/**
 * Writes blocks into the folder given as its argument until it is killed, and prints the sequence
 * and height of each transaction once the engine has answered for it. Run as a child process.
 */

import { writeSync } from 'node:fs';
import { EmbeddedEngine } from '../embedded/engine.ts';
import { openLmdbStorage } from '../embedded/lmdb-storage.ts';
import { NodeSigner } from '../embedded/node-crypto.ts';
import { GENESIS_MS, sequences, signedNotes } from './notebook.ts';
import { begunLedger, crypto, openedLedger } from './worlds.ts';

/** Enough that the parent's kill comes first, and an end if it never does. */
const SEQUENCES_MAX = 100_000;
/** Transactions that wait at the same time. */
const LANES = 8;

const storage = openLmdbStorage(process.argv[2] as string);
const ledger = storage.genesis() === undefined ? await begunLedger(storage) : openedLedger(storage);
const engine = new EmbeddedEngine({ ledger, clock: { nowMs: () => GENESIS_MS } });
const signer = new NodeSigner(new Uint8Array(32).fill(7));

async function writeLane(lane: number): Promise<void> {
  const first = ledger.state.get(sequences, { sender: signer.publicKey, lane })?.next ?? 0;
  for (let sequence = first; sequence < SEQUENCES_MAX; sequence++) {
    const note = { key: `${lane}/${sequence}`, text: 'x'.repeat((sequence * 37) % 900) };
    const bytes = signedNotes(crypto, signer, {
      chain: ledger.chain,
      sequence,
      lane,
      notes: [note],
    });
    const answer = await engine.submit(bytes);
    if (answer.status !== 'committed' || answer.receipt.actions[0] !== 0) {
      throw new Error(`lane ${lane}, sequence ${sequence}: not done`);
    }
    writeSync(1, `${lane}/${sequence} ${answer.height}\n`);
  }
}

await Promise.all(Array.from({ length: LANES }, (_, lane) => writeLane(lane)));
