/**
 * Which counters of a key were used: the sliding window of IPsec's anti-replay service (RFC 4303,
 * section 3.4.3), so that readings that overtake each other are taken and none is taken twice.
 */

import { type Codec, fixedBytes, struct, u64 } from '@commonwatt/ledger';

/** Counters behind the last that are still told apart: ten days of quarter hours. */
export const WINDOW_COUNTERS = 1024;
const WINDOW_BYTES = WINDOW_COUNTERS / 8;

export interface ReplayWindow {
  /** The highest counter that was used. */
  readonly last: number;
  /** Bit 0 of byte 0 stands for `last` itself, each further one for the counter below. */
  readonly used: Uint8Array;
}
export const replayWindowCodec: Codec<ReplayWindow> = struct<ReplayWindow>({
  last: u64,
  used: fixedBytes(WINDOW_BYTES),
});

/** Whether a counter was not used yet, as far as the window reaches back. */
export function isFresh(window: ReplayWindow | undefined, counter: number): boolean {
  if (window === undefined || counter > window.last) return true;
  const behind = window.last - counter;
  return behind < WINDOW_COUNTERS && !isSet(window.used, behind);
}

/** The window once a fresh counter was used. */
export function withCounter(window: ReplayWindow | undefined, counter: number): ReplayWindow {
  const used = new Uint8Array(WINDOW_BYTES);
  const last = window === undefined ? counter : Math.max(window.last, counter);
  if (window !== undefined) {
    const moved = last - window.last;
    for (let behind = 0; behind + moved < WINDOW_COUNTERS; behind++) {
      if (isSet(window.used, behind)) set(used, behind + moved);
    }
  }
  set(used, last - counter);
  return { last, used };
}

function isSet(bits: Uint8Array, at: number): boolean {
  return (((bits[at >>> 3] as number) >>> (at & 7)) & 1) === 1;
}

function set(bits: Uint8Array, at: number): void {
  bits[at >>> 3] = (bits[at >>> 3] as number) | (1 << (at & 7));
}
