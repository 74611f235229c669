/**
 * A small rule book for tests: notes that members of nothing write into one table, reminders that
 * time alone brings about, and sequences per key and lane. It has every seam of a real one.
 */

import {
  type ActionType,
  type Crypto,
  type EventType,
  type Execution,
  encode,
  encodeGenesis,
  fixedBytes,
  grouping,
  type RuleBook,
  type Signer,
  signTransaction,
  struct,
  table,
  textUpTo,
  u16,
  u64,
} from '@commonwatt/ledger';

export const GENESIS_MS = 1_700_000_000_000;

interface Lane {
  readonly sender: Uint8Array;
  readonly lane: number;
}
interface Note {
  readonly key: string;
  readonly text: string;
}
interface Reminder {
  readonly key: string;
  readonly atMs: number;
}

export const notes = table<string, { readonly text: string }>(
  1,
  'notes',
  textUpTo(32),
  struct<{ readonly text: string }>({ text: textUpTo(4000) }),
  { provable: true },
);
export const sequences = table<Lane, { readonly next: number }>(
  2,
  'sequences',
  struct<Lane>({ sender: fixedBytes(32), lane: u16 }),
  struct<{ readonly next: number }>({ next: u64 }),
);
export const reminders = table<string, { readonly atMs: number }>(
  3,
  'reminders',
  textUpTo(32),
  struct<{ readonly atMs: number }>({ atMs: u64 }),
);
const notesByInitial = grouping(notes, (key) => key.slice(0, 1));

const noteCodec = struct<Note>({ key: textUpTo(32), text: textUpTo(4000) });
const reminderCodec = struct<Reminder>({ key: textUpTo(32), atMs: u64 });

const written: EventType<Note> = {
  type: 1,
  name: 'written',
  codec: noteCodec,
  audience: 'public',
};

/** Refused when the note stands already: the first writer wins. */
const put: ActionType<Note> = {
  type: 1,
  name: 'put',
  codec: noteCodec,
  apply(context, note) {
    if (context.state.get(notes, note.key) !== undefined) {
      return { code: 'note_stands', key: note.key };
    }
    context.state.set(notes, note.key, { text: note.text });
    context.emit(written, note);
    return undefined;
  },
};

const remind: ActionType<Reminder> = {
  type: 2,
  name: 'remind',
  codec: reminderCodec,
  apply(context, { key, atMs }) {
    context.state.set(reminders, key, { atMs });
    return undefined;
  },
};

export const notebook: Execution = {
  version: 1,
  actions: new Map<number, ActionType<Note> | ActionType<Reminder>>([
    [1, put],
    [2, remind],
  ]),
  events: new Map([[1, written]]),
  refusals: new Map(
    [
      'malformed',
      'wrong_chain',
      'expired',
      'not_yet_valid',
      'bad_signature',
      'action_unknown',
      'batch_refused',
      'wrong_sequence',
      'note_stands',
    ].map((code, at) => [code, at + 1]),
  ),
  genesis(context) {
    context.state.set(notes, 'genesis', { text: 'the first note' });
  },
  authenticate(context, { envelope }, pendingCount) {
    const { sender, lane, sequence } = envelope;
    const next = (context.state.get(sequences, { sender, lane })?.next ?? 0) + pendingCount;
    if (sequence !== next) return { code: 'wrong_sequence', expected: next, sequence };
    return { member: undefined, key: sender, delegate: undefined };
  },
  consume(context, { envelope }) {
    const { sender, lane, sequence } = envelope;
    context.state.set(sequences, { sender, lane }, { next: sequence + 1 });
  },
  begin(context) {
    for (const [key, { atMs }] of context.state.entries(reminders)) {
      if (atMs > context.timeMs) continue;
      context.state.delete(reminders, key);
      context.state.set(notes, key, { text: `due ${atMs}` });
      context.emit(written, { key, text: `due ${atMs}` });
    }
  },
  nextDueMs(state) {
    const instants = state.entries(reminders).map(([, { atMs }]) => atMs);
    return instants.length === 0 ? undefined : Math.min(...instants);
  },
  checkInvariants(state) {
    if (state.get(notes, 'poison') !== undefined) throw new Error('invariant: a note is poison');
  },
};

export const notebookRules: RuleBook = {
  tables: [notes, sequences, reminders],
  groupings: [notesByInitial],
  executions: new Map([[1, notebook]]),
  others: new Map(),
};

export function notebookGenesis(checkpointBlocks = 1, sealBits = 0): Uint8Array {
  return encodeGenesis({
    name: 'commonwatt/notebook',
    timeMs: GENESIS_MS,
    executionVersion: 1,
    sealBits,
    checkpointBlocks,
    parameters: new Uint8Array(),
  });
}

export interface SignedNotes {
  readonly chain: Uint8Array;
  readonly sequence: number;
  readonly lane?: number;
  readonly atomic?: boolean;
  readonly validFromMs?: number;
  readonly validUntilMs?: number;
  readonly notes?: readonly Note[];
  readonly reminders?: readonly Reminder[];
}

/** A signed batch of notes and reminders. */
export function signedNotes(crypto: Crypto, signer: Signer, batch: SignedNotes): Uint8Array {
  return signTransaction(
    crypto,
    signer,
    {
      chain: batch.chain,
      onBehalfOf: undefined,
      lane: batch.lane ?? 0,
      sequence: batch.sequence,
      validFromMs: batch.validFromMs ?? 0,
      validUntilMs: batch.validUntilMs ?? GENESIS_MS * 2,
      atomic: batch.atomic ?? false,
    },
    [
      ...(batch.notes ?? []).map((note) => ({ type: 1, body: encode(noteCodec, note) })),
      ...(batch.reminders ?? []).map((one) => ({ type: 2, body: encode(reminderCodec, one) })),
    ],
  );
}
