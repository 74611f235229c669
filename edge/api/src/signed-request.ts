/**
 * How a request proves whose it is. The key signs purpose, chain, method, target, time, a nonce and
 * the hash of the body; the header carries everything but the chain, which both sides know.
 *
 * `Authorization: Commonwatt key=HEX,time=MS,nonce=HEX,signature=HEX`
 */

export interface RequestProof {
  /** Ed25519 public key in hex. */
  readonly key: string;
  /** Unix time in milliseconds; the node allows a minute either way. */
  readonly timeMs: number;
  /** 16 random bytes in hex: a request is taken once. */
  readonly nonce: string;
  /** Ed25519 signature in hex. */
  readonly signature: string;
}

export const REQUEST_SKEW_MS_MAX = 60_000;

const HEADER =
  /^Commonwatt key=([0-9a-f]{64}),time=(0|[1-9][0-9]{0,15}),nonce=([0-9a-f]{32}),signature=([0-9a-f]{128})$/;

/** The text whose UTF-8 bytes are signed. `target` is path and query as sent. */
export function requestText(parts: {
  readonly chain: string;
  readonly method: string;
  readonly target: string;
  readonly timeMs: number;
  readonly nonce: string;
  /** SHA-256 of the body in hex; of the empty string when there is none. */
  readonly bodyHash: string;
}): string {
  return [
    'commonwatt/request/1',
    parts.chain,
    parts.method,
    parts.target,
    `${parts.timeMs}`,
    parts.nonce,
    parts.bodyHash,
  ].join('\n');
}

export function formatRequestProof(proof: RequestProof): string {
  return `Commonwatt key=${proof.key},time=${proof.timeMs},nonce=${proof.nonce},signature=${proof.signature}`;
}

/** The proof in a header; nothing when the header is of another form. */
export function parseRequestProof(header: string): RequestProof | undefined {
  const match = HEADER.exec(header);
  if (match === null) return undefined;
  const [, key, time, nonce, signature] = match as unknown as [
    string,
    string,
    string,
    string,
    string,
  ];
  const timeMs = Number(time);
  return Number.isSafeInteger(timeMs) ? { key, timeMs, nonce, signature } : undefined;
}
