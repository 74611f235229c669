/**
 * Signed notes: a text, a blank line, and signature lines by named keys, as c2sp.org/signed-note
 * has them; and timestamped cosignatures as c2sp.org/tlog-cosignature has them. Ed25519 only.
 *
 * Stricter than the specification where it leaves room: every base64 is canonical, sizes are
 * bounded, and one wrong signature of a known key refuses the whole note.
 */
import { fromBase64, toBase64 } from './base64.ts';
import { concatBytes, equalBytes, toHex, utf8Bytes } from './bytes.ts';
import { verifyRegistered } from './ed25519.ts';
import type { Sha256 } from './merkle/tree.ts';
import {
  COSIGNATURE,
  isKeyName,
  KEY_HASH_LENGTH,
  keyHashOf,
  NOTE_SIGNATURE,
  parseVerifierKey,
  type VerifierKey,
  type VerifierKeyRefusal,
} from './verifier-key.ts';
import type { Crypto, Signer } from './world.ts';

const NOTE_CHARACTERS_MAX = 1_000_000;
const SIGNATURES_MAX = 100;
const KEYS_MAX = 1_000;
const SIGNATURE_LENGTH = 64;
const TIMESTAMP_LENGTH = 8;

/** One signature line. */
export interface NoteSignature {
  readonly name: string;
  /** Four bytes that, with the name, say which key signed. */
  readonly keyHash: Uint8Array;
  /** For a cosignature, eight bytes of time stand before the 64 of Ed25519. */
  readonly signature: Uint8Array;
}

export interface SignedNote {
  /** What was signed, its last newline included. */
  readonly text: string;
  readonly signatures: readonly NoteSignature[];
}

/** A known key whose signature was found right. */
export interface NoteSigner extends VerifierKey {
  /** When a cosignature was made, in whole seconds of Unix time, as its signer says. */
  readonly timestampSeconds?: number;
}

export type NoteRefusal =
  | 'threshold_invalid'
  | 'keys_too_many'
  | VerifierKeyRefusal
  /** Two keys share a name and a key hash, so a signature line cannot say which it means. */
  | 'key_ambiguous'
  | 'note_too_long'
  | 'note_not_text'
  | 'note_malformed'
  | 'signatures_too_many'
  | 'signature_malformed'
  | 'signature_invalid'
  | 'threshold_not_met';

type Refused<Reason> = { readonly ok: false; readonly reason: Reason };
export type OpenedNote =
  | { readonly ok: true; readonly text: string; readonly signers: readonly NoteSigner[] }
  | Refused<NoteRefusal>;

const refused = <Reason>(reason: Reason): Refused<Reason> => ({ ok: false, reason });

/**
 * The text of a note under which at least `threshold` of the keys have signed. Signatures by
 * unknown keys are ignored. What counts is distinct key material: a key listed twice, under two
 * names or for both types of signature, counts once.
 */
export function openNote(
  crypto: Crypto,
  asked: { readonly note: string; readonly keys: readonly string[]; readonly threshold: number },
): OpenedNote {
  if (!Number.isSafeInteger(asked.threshold) || asked.threshold < 1) {
    return refused('threshold_invalid');
  }
  const known = readKeys(crypto, asked.keys);
  if (!known.ok) return known;
  const note = parseNote(asked.note);
  if (!note.ok) return note;
  const signers = new Map<string, NoteSigner>();
  const material = new Set<string>();
  for (const signature of note.signatures) {
    const id = idOf(signature.name, signature.keyHash);
    const key = known.keys.get(id);
    if (key === undefined) continue;
    const signer = verifiedSigner(crypto, key, { text: note.text, signature: signature.signature });
    if (signer === undefined) return refused('signature_invalid');
    signers.set(id, signer);
    material.add(toHex(key.publicKey));
  }
  if (material.size < asked.threshold) return refused('threshold_not_met');
  return { ok: true, text: note.text, signers: [...signers.values()] };
}

const idOf = (name: string, keyHash: Uint8Array): string => `${name}+${toHex(keyHash)}`;

function readKeys(
  crypto: Crypto,
  texts: readonly string[],
): { readonly ok: true; readonly keys: ReadonlyMap<string, VerifierKey> } | Refused<NoteRefusal> {
  if (texts.length > KEYS_MAX) return refused('keys_too_many');
  const keys = new Map<string, VerifierKey>();
  for (const text of new Set(texts)) {
    const parsed = parseVerifierKey(crypto.sha256, text);
    if (!parsed.ok) return parsed;
    const { key } = parsed;
    const id = idOf(key.name, keyHashOf(crypto.sha256, key));
    if (keys.has(id)) return refused('key_ambiguous');
    keys.set(id, key);
  }
  return { ok: true, keys };
}

function verifiedSigner(
  crypto: Crypto,
  key: VerifierKey,
  { text, signature }: { readonly text: string; readonly signature: Uint8Array },
): NoteSigner | undefined {
  if (key.type === NOTE_SIGNATURE) {
    return verifyRegistered(crypto, key.publicKey, utf8Bytes(text), signature) ? key : undefined;
  }
  if (signature.length !== TIMESTAMP_LENGTH + SIGNATURE_LENGTH) return undefined;
  const timestampSeconds = readTimestamp(signature);
  if (timestampSeconds === undefined) return undefined;
  const message = cosignedMessage(text, timestampSeconds);
  const bare = signature.subarray(TIMESTAMP_LENGTH);
  return verifyRegistered(crypto, key.publicKey, message, bare)
    ? { ...key, timestampSeconds }
    : undefined;
}

/** Big-endian; `undefined` beyond 2^53 - 1, in some hundred million years. */
function readTimestamp(bytes: Uint8Array): number | undefined {
  let seconds = 0;
  for (let at = 0; at < TIMESTAMP_LENGTH; at++) seconds = seconds * 256 + (bytes[at] as number);
  return Number.isSafeInteger(seconds) ? seconds : undefined;
}

function writeTimestamp(seconds: number): Uint8Array {
  const bytes = new Uint8Array(TIMESTAMP_LENGTH);
  let rest = seconds;
  for (let at = TIMESTAMP_LENGTH - 1; at >= 0; at--) {
    bytes[at] = rest % 256;
    rest = Math.floor(rest / 256);
  }
  return bytes;
}

function cosignedMessage(text: string, timestampSeconds: number): Uint8Array {
  return utf8Bytes(`cosignature/v1\ntime ${timestampSeconds}\n${text}`);
}

/** Well-formed Unicode without control characters other than the newline. */
function isText(text: string): boolean {
  for (const character of text) {
    const code = character.codePointAt(0) as number;
    if ((code < 0x20 && character !== '\n') || (code >= 0xd800 && code <= 0xdfff)) return false;
  }
  return true;
}

export type ParsedNote = ({ readonly ok: true } & SignedNote) | Refused<NoteRefusal>;

/** Takes a note apart. Nothing of it may be believed yet: see `openNote`. */
export function parseNote(note: string): ParsedNote {
  if (note.length > NOTE_CHARACTERS_MAX) return refused('note_too_long');
  if (!isText(note)) return refused('note_not_text');
  const split = note.lastIndexOf('\n\n');
  if (split < 1 || !note.endsWith('\n') || split + 2 >= note.length)
    return refused('note_malformed');
  const lines = note.slice(split + 2, -1).split('\n', SIGNATURES_MAX + 1);
  if (lines.length > SIGNATURES_MAX) return refused('signatures_too_many');
  const signatures: NoteSignature[] = [];
  for (const line of lines) {
    const signature = parseSignatureLine(line);
    if (signature === undefined) return refused('signature_malformed');
    signatures.push(signature);
  }
  return { ok: true, text: note.slice(0, split + 1), signatures };
}

function parseSignatureLine(line: string): NoteSignature | undefined {
  const [dash, name = '', written = '', ...rest] = line.split(' ', 4);
  const bytes = fromBase64(written);
  if (dash !== '\u2014' || !isKeyName(name) || bytes === undefined || rest.length > 0)
    return undefined;
  if (bytes.length <= KEY_HASH_LENGTH) return undefined;
  const keyHash = bytes.slice(0, KEY_HASH_LENGTH);
  return { name, keyHash, signature: bytes.slice(KEY_HASH_LENGTH) };
}

/** The line without its newline. */
export function formatSignatureLine({ name, keyHash, signature }: NoteSignature): string {
  return `\u2014 ${name} ${toBase64(concatBytes(keyHash, signature))}`;
}

/** @throws RangeError when what comes out would be refused by `parseNote`, or read otherwise. */
export function formatNote({ text, signatures }: SignedNote): string {
  const lines = signatures.map((signature) => `${formatSignatureLine(signature)}\n`);
  const note = `${text}\n${lines.join('')}`;
  const parsed = parseNote(note);
  if (!parsed.ok) throw new RangeError(`note: expected one that can be read, got ${parsed.reason}`);
  if (parsed.text !== text || !isSameSignatures(parsed.signatures, signatures)) {
    throw new RangeError('note: expected one that reads as it was written');
  }
  return note;
}

function isSameSignatures(a: readonly NoteSignature[], b: readonly NoteSignature[]): boolean {
  return (
    a.length === b.length &&
    a.every(({ name, keyHash, signature }, at) => {
      const other = b[at] as NoteSignature;
      return (
        name === other.name &&
        equalBytes(keyHash, other.keyHash) &&
        equalBytes(signature, other.signature)
      );
    })
  );
}

/** Signs a note's text, which ends with a newline. */
export function signNoteText(
  sha256: Sha256,
  asked: { readonly text: string; readonly name: string; readonly signer: Signer },
): NoteSignature {
  const { name, signer } = asked;
  const key: VerifierKey = { name, type: NOTE_SIGNATURE, publicKey: signer.publicKey };
  return {
    name,
    keyHash: keyHashOf(sha256, key),
    signature: signer.sign(utf8Bytes(asked.text)),
  };
}

/** Says that at `timestampSeconds` the text was the largest consistent checkpoint seen. */
export function cosignText(
  sha256: Sha256,
  asked: {
    readonly text: string;
    readonly name: string;
    readonly signer: Signer;
    readonly timestampSeconds: number;
  },
): NoteSignature {
  const { name, signer, timestampSeconds } = asked;
  if (!Number.isSafeInteger(timestampSeconds) || timestampSeconds < 0) {
    throw new RangeError(`cosignature: expected whole seconds >= 0, got ${timestampSeconds}`);
  }
  const key: VerifierKey = { name, type: COSIGNATURE, publicKey: signer.publicKey };
  const signature = signer.sign(cosignedMessage(asked.text, timestampSeconds));
  return {
    name,
    keyHash: keyHashOf(sha256, key),
    signature: concatBytes(writeTimestamp(timestampSeconds), signature),
  };
}
