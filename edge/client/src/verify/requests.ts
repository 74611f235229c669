/**
 * What `commonwatt verify` answers, one verdict for each line. Every verdict is the ledger's own:
 * the same functions judge a transaction in a block. Nothing here asks a node or reads a file, and
 * no line, however it is made, does anything but get its verdict.
 */
import { readStrictJson, readStrictJsonText } from '@commonwatt/api';
import {
  acceptablePublicKey,
  acceptableSignature,
  type Crypto,
  DecodeError,
  fromBase64,
  fromHex,
  leafHash,
  verifyConsistency,
  verifyInclusion,
  verifyNote,
  verifySignature,
} from '@commonwatt/ledger';
import { type BillComparison, type BundleFailure, verifyBundle } from './bundle.ts';
import { readForkEvidence, verifyFork } from './fork.ts';
import {
  anyObject,
  array,
  count,
  type JsonField,
  type JsonFields,
  object,
  oneOf,
  optional,
  shown,
  text,
} from './json-fields.ts';

/** A line may hold a proof file of some years. */
export const REQUEST_LINE_BYTES_MAX = 32 * 1_048_576;
const PROOF_HASHES_MAX = 1_000;
const KEYS_MAX = 1_000;

export type Verdict =
  | { readonly ok: true }
  | {
      readonly ok: false;
      readonly reason: string;
      /** Of a proof file: every fault, how many more there were, and its bills computed again. */
      readonly failures?: readonly BundleFailure[];
      readonly leftOut?: number;
      readonly bills?: readonly BillComparison[];
    };

export interface VerifyRequestOptions {
  readonly crypto: Crypto;
}

const YES: Verdict = { ok: true };
const no = (reason: string): Verdict => ({ ok: false, reason });

/**
 * The verdict on one line, which is a JSON object in UTF-8 without its line break. Bytes are to be
 * preferred: a line that was decoded before may have lost what makes it wrong. It never throws.
 */
export function verifyRequest(
  line: string | Uint8Array,
  { crypto }: VerifyRequestOptions,
): Verdict {
  const limits = { bytes: REQUEST_LINE_BYTES_MAX };
  const reading =
    typeof line === 'string' ? readStrictJsonText(line, limits) : readStrictJson(line, limits);
  if (!reading.ok) return no(`line: ${reading.reason} at ${reading.offset}`);
  try {
    return judged(crypto, reading.value);
  } catch (fault) {
    if (fault instanceof DecodeError) return no(fault.message);
    // A mistake of ours must not end the answers to the lines that follow.
    return no(`internal: ${fault instanceof Error ? fault.message : String(fault)}`);
  }
}

/** Reads a request's own fields, with bytes in the encoding it names, and judges it. */
type Judge = (crypto: Crypto, request: Readonly<Record<string, unknown>>, bytes: Bytes) => Verdict;
type Bytes = JsonField<Uint8Array>;

const judges: ReadonlyMap<string, Judge> = new Map([
  ['signature', judgeSignature],
  ['public-key', judgePublicKey],
  ['json', judgeJson],
  ['merkle-inclusion', judgeInclusion],
  ['merkle-consistency', judgeConsistency],
  ['checkpoint', judgeCheckpoint],
  ['bundle', judgeBundle],
  ['fork', judgeFork],
]);

function judged(crypto: Crypto, value: unknown): Verdict {
  const whole = anyObject(value, 'line') as Readonly<Record<string, unknown>>;
  const { type, encoding, ...request } = whole;
  const name = text(type, 'type');
  const judge = judges.get(name);
  if (judge === undefined) {
    return no(`type: expected ${[...judges.keys()].join(', ')}, got ${shown(name)}`);
  }
  const chosen = optional(oneOf('hex', 'base64'))(encoding, 'encoding');
  return judge(crypto, request, chosen === 'base64' ? base64 : hex);
}

const hex: Bytes = (json, field) => {
  if (typeof json !== 'string' || !/^([0-9a-fA-F]{2})*$/.test(json)) {
    throw new DecodeError(field, 'bytes in hex', shown(json));
  }
  return fromHex(json);
};

const base64: Bytes = (json, field) => {
  const bytes = typeof json === 'string' ? fromBase64(json) : undefined;
  if (bytes === undefined) throw new DecodeError(field, 'bytes in base64', shown(json));
  return bytes;
};

function read<T extends object>(request: object, fields: JsonFields<T>): T {
  return object(fields)(request, '');
}

function judgeSignature(crypto: Crypto, request: object, bytes: Bytes): Verdict {
  const { publicKey, message, signature } = read(request, {
    publicKey: bytes,
    message: bytes,
    signature: bytes,
  });
  if (verifySignature(crypto, publicKey, message, signature)) return YES;
  const known = acceptablePublicKey(publicKey) ?? acceptableSignature(signature);
  return no(`signature: ${known ?? 'signature_wrong'}`);
}

function judgePublicKey(_crypto: Crypto, request: object, bytes: Bytes): Verdict {
  const { publicKey } = read(request, { publicKey: bytes });
  const refusal = acceptablePublicKey(publicKey);
  return refusal === undefined ? YES : no(`public-key: ${refusal}`);
}

function judgeJson(_crypto: Crypto, request: object, bytes: Bytes): Verdict {
  const given = read(request, { text: optional(text), hex: optional(bytes) });
  const limits = { bytes: REQUEST_LINE_BYTES_MAX };
  if ((given.text === undefined) === (given.hex === undefined)) {
    return no(`json: expected 'text' or 'hex', got ${given.text === undefined ? 'none' : 'both'}`);
  }
  const reading =
    given.hex === undefined
      ? readStrictJsonText(given.text ?? '', limits)
      : readStrictJson(given.hex, limits);
  return reading.ok ? YES : no(`json: ${reading.reason} at ${reading.offset}`);
}

function judgeInclusion(crypto: Crypto, request: object, bytes: Bytes): Verdict {
  const given = read(request, {
    leafHash: optional(bytes),
    leaf: optional(bytes),
    index: count,
    size: count,
    proof: array(bytes, PROOF_HASHES_MAX),
    root: bytes,
  });
  const { leaf, index, size, proof, root } = given;
  if ((given.leafHash === undefined) === (leaf === undefined)) {
    const got = leaf === undefined ? 'none' : 'both';
    return no(`merkle-inclusion: expected 'leafHash' or 'leaf', got ${got}`);
  }
  if (index >= size) return no(`merkle-inclusion: expected an index below ${size}, got ${index}`);
  const claimed = given.leafHash ?? leafHash(crypto.sha256, leaf ?? new Uint8Array(0));
  const proven = verifyInclusion(crypto.sha256, { leafHash: claimed, index, size, proof, root });
  return proven ? YES : no('merkle-inclusion: the proof does not lead from the leaf to the root');
}

function judgeConsistency(crypto: Crypto, request: object, bytes: Bytes): Verdict {
  const claim = read(request, {
    size1: count,
    size2: count,
    root1: bytes,
    root2: bytes,
    proof: array(bytes, PROOF_HASHES_MAX),
  });
  if (verifyConsistency(crypto.sha256, claim)) return YES;
  if (claim.size1 === 0) return no('merkle-consistency: nothing follows from a tree of size 0');
  if (claim.size1 > claim.size2) {
    return no(`merkle-consistency: expected size1 <= ${claim.size2}, got ${claim.size1}`);
  }
  return no('merkle-consistency: the proof does not lead from the first root to the second');
}

function judgeCheckpoint(crypto: Crypto, request: object): Verdict {
  const asked = read(request, { note: text, keys: array(text, KEYS_MAX), threshold: count });
  const verified = verifyNote(crypto, asked);
  return verified.ok ? YES : no(`checkpoint: ${verified.reason}`);
}

function judgeBundle(crypto: Crypto, request: object, bytes: Bytes): Verdict {
  const { bundle, ...asker } = read(request, {
    bundle: anyObject,
    chain: bytes,
    keys: array(text, KEYS_MAX),
    threshold: count,
  });
  const verified = verifyBundle(bundle, { crypto, ...asker });
  if (verified.ok) return YES;
  const { reason, failures, leftOut, bills } = verified;
  return { ok: false, reason: `bundle: ${reason}`, failures, leftOut, bills };
}

function judgeFork(crypto: Crypto, request: object, bytes: Bytes): Verdict {
  const verified = verifyFork(crypto, readForkEvidence(request, bytes));
  return verified.ok ? YES : no(`fork: ${verified.reason}`);
}
