/**
 * Whether readings carry the signature of whoever they say they came from. A device's or gateway's
 * key is the meter's own; a provider's is that of a member who was one at some time: roles and keys
 * end, and what was signed before stands.
 */

import { readingText } from '@commonwatt/api';
import { keys, memberChanged, members, meters, ROLE } from '@commonwatt/contracts';
import {
  acceptableSignature,
  type Crypto,
  equalBytes,
  type Ledger,
  utf8Bytes,
} from '@commonwatt/ledger';
import type { SignedWord } from '../desks.ts';
import { eventValue, type ReadBlock } from '../projections/block-reader.ts';

/** A reading that nobody signed who speaks for its meter. */
export interface ReadingFinding {
  readonly meter: number;
  readonly slotMs: number;
  readonly version: number;
  readonly reason: string;
}

export class WordSigners {
  readonly #crypto: Crypto;
  readonly #chain: string;
  readonly #providers = new Set<number>();

  /** @param chain in hex */
  constructor(crypto: Crypto, chain: string) {
    this.#crypto = crypto;
    this.#chain = chain;
  }

  /** Notes the providers among the founders. */
  begin({ state }: Ledger): void {
    for (const [member] of state.entries(members)) this.#note(state, member);
  }

  /** Notes who was made a provider in a block. @param ledger as it stands after it */
  follow({ state }: Ledger, block: ReadBlock): void {
    for (const event of block.events) {
      const change = eventValue(event, memberChanged);
      if (change !== undefined) this.#note(state, change.member);
    }
  }

  #note(state: Ledger['state'], member: number): void {
    const roles = state.get(members, member)?.roles ?? 0;
    if ((roles & ROLE.provider) !== 0) this.#providers.add(member);
  }

  /** What is wrong with a word's signature; nothing where it holds. @param ledger at its end */
  flawOf({ state }: Ledger, word: SignedWord): ReadingFinding | undefined {
    const { meter, slotMs, version, key, source } = word;
    const registered = state.get(meters, meter);
    const flaw = (reason: string): ReadingFinding => ({ meter, slotMs, version, reason });
    if (registered === undefined) return flaw('the ledger knows no such meter');
    if (!(equalBytes(registered.key, key) && registered.source === source)) {
      const signer = state.get(keys, key)?.member;
      const speaks = source === 'provider' && signer !== undefined && this.#providers.has(signer);
      if (!speaks) return flaw(`its key does not speak for the meter as ${source}`);
    }
    if (!this.#isSigned(word)) return flaw('its signature is not of its key over this reading');
    return undefined;
  }

  #isSigned(word: SignedWord): boolean {
    const { meter, slotMs, counter, imported, exported, quality, version } = word;
    if (acceptableSignature(word.signature) !== undefined) return false;
    const text = readingText({
      chain: this.#chain,
      meter,
      slotMs,
      counter,
      importedWh: imported,
      exportedWh: exported,
      quality,
      version,
    });
    return this.#crypto.verify(word.key, utf8Bytes(text), word.signature);
  }
}
