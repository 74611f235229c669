/**
 * Evidence of two histories. One key signed two checkpoints of one log of which neither continues
 * the other: two roots of one size, or, with inclusion proofs, two different headers at one index.
 * No honest signer makes such a pair, whatever order the notes are given in, so whoever holds both
 * convinces a stranger, offline, without the ledger's help.
 */
import {
  type Crypto,
  DecodeError,
  equalBytes,
  toHex,
  verifyInclusion,
  verifyNote,
} from '@commonwatt/ledger';
import { array, count, type JsonField, object, optional, shown, text } from './json-fields.ts';

const KEYS_MAX = 1_000;
const PROOF_HASHES_MAX = 1_000;

/** Two different headers at one index, each proven to stand in its note's tree. */
export interface ForkedIndex {
  readonly index: number;
  readonly leafHashes: readonly [Uint8Array, Uint8Array];
  readonly proofs: readonly [readonly Uint8Array[], readonly Uint8Array[]];
}

export interface ForkEvidence {
  readonly notes: readonly [string, string];
  /** Verifier keys that the asker trusts to be the signer's: never taken from the accuser. */
  readonly keys: readonly string[];
  /** Without it the notes must have one size and two roots. */
  readonly forked?: ForkedIndex | undefined;
}

export type ForkVerdict =
  | {
      readonly ok: true;
      /** Names of the keys that signed both notes. */
      readonly signers: readonly string[];
    }
  | { readonly ok: false; readonly reason: string };

const no = (reason: string): ForkVerdict => ({ ok: false, reason });

/** Judges the evidence. Everything that is not a proof is refused with its reason. */
export function verifyFork(crypto: Crypto, evidence: ForkEvidence): ForkVerdict {
  const { keys } = evidence;
  const [first, second] = evidence.notes.map((note) =>
    verifyNote(crypto, { note, keys, threshold: 1 }),
  ) as [ReturnType<typeof verifyNote>, ReturnType<typeof verifyNote>];
  if (!first.ok) return no(`notes[0]: ${first.reason}`);
  if (!second.ok) return no(`notes[1]: ${second.reason}`);
  const [a, b] = [first.checkpoint, second.checkpoint];
  if (a.origin !== b.origin) {
    return no(`notes: expected one origin, got ${shown(a.origin)} and ${shown(b.origin)}`);
  }
  const idOf = (one: (typeof first.signers)[number]) =>
    `${one.name}+${one.type}+${toHex(one.publicKey)}`;
  const ofFirst = new Set(first.signers.map(idOf));
  const signers = second.signers.filter((one) => ofFirst.has(idOf(one))).map((one) => one.name);
  if (signers.length === 0) return no('notes: no key of yours signed both');
  const { forked } = evidence;
  if (forked === undefined) {
    if (a.size !== b.size) {
      return no(`notes: expected one size, got ${a.size} and ${b.size}, and no index is proven`);
    }
    return equalBytes(a.root, b.root)
      ? no('notes: both have the same root')
      : { ok: true, signers };
  }
  const [leafA, leafB] = forked.leafHashes;
  if (equalBytes(leafA, leafB)) return no('leafHashes: expected two different headers, got one');
  for (const [at, { size, root }] of [a, b].entries()) {
    const claim = {
      leafHash: forked.leafHashes[at] as Uint8Array,
      proof: forked.proofs[at] as readonly Uint8Array[],
    };
    if (!verifyInclusion(crypto.sha256, { ...claim, index: forked.index, size, root })) {
      return no(
        `proofs[${at}]: it does not lead from index ${forked.index} to the root of ${size}`,
      );
    }
  }
  return { ok: true, signers };
}

/** Reads a request's fields. @throws DecodeError, for a half-given index too. */
export function readForkEvidence(request: object, bytes: JsonField<Uint8Array>): ForkEvidence {
  const given = object({
    notes: pair(text),
    keys: array(text, KEYS_MAX),
    index: optional(count),
    leafHashes: optional(pair(bytes)),
    proofs: optional(pair(array(bytes, PROOF_HASHES_MAX))),
  })(request, '');
  const { notes, keys, index, leafHashes, proofs } = given;
  if (index === undefined && leafHashes === undefined && proofs === undefined) {
    return { notes, keys };
  }
  if (index === undefined || leafHashes === undefined || proofs === undefined) {
    const got = [index, leafHashes, proofs].filter((one) => one !== undefined).length;
    throw new DecodeError('fork', 'index, leafHashes and proofs, or none of them', `${got} of 3`);
  }
  return { notes, keys, forked: { index, leafHashes, proofs } };
}

function pair<T>(item: JsonField<T>): JsonField<readonly [T, T]> {
  const two = array(item, 2);
  return (json, field) => {
    const items = two(json, field);
    if (items.length !== 2) throw new DecodeError(field, 'two items', `${items.length}`);
    return items as readonly [T, T];
  };
}

/** The evidence as a line for `commonwatt verify`. */
export function forkRequest({ notes, keys, forked }: ForkEvidence): object {
  return {
    type: 'fork',
    notes,
    keys,
    ...(forked && {
      index: forked.index,
      leafHashes: forked.leafHashes.map(toHex),
      proofs: forked.proofs.map((proof) => proof.map(toHex)),
    }),
  };
}
