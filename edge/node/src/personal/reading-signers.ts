/** Whose signature a reading may carry, and what it says: device, gateway or data provider. */

import { type ReadingParts, readingText } from '@commonwatt/api';
import { keys, type Meter, members, meters, ROLE, type Source } from '@commonwatt/contracts';
import {
  acceptableSignature,
  type Crypto,
  equalBytes,
  type Ledger,
  toHex,
  utf8Bytes,
} from '@commonwatt/ledger';
import type { SignedReading } from '../readings-desk.ts';

export class ReadingSigners {
  readonly #ledger: Ledger;
  readonly #crypto: Crypto;

  constructor(ledger: Ledger, crypto: Crypto) {
    this.#ledger = ledger;
    this.#crypto = crypto;
  }

  /**
   * As what a key speaks for a meter; nothing when it does not. The meter's own key speaks as the
   * source it was registered for, a member in the provider's role as provider for every meter.
   */
  sourceOf(meter: Meter, key: Uint8Array): Source | undefined {
    if (equalBytes(meter.key, key)) return meter.source;
    const { state } = this.#ledger;
    const registered = state.get(keys, key);
    if (registered === undefined || registered.endedFromHeight !== undefined) return undefined;
    const member = state.get(members, registered.member);
    if (member === undefined || member.revokedFromHeight !== undefined) return undefined;
    return (member.roles & ROLE.provider) === 0 ? undefined : 'provider';
  }

  /** Whether the signature is the key's, under the text of this reading on this ledger. */
  async isAuthentic(reading: SignedReading): Promise<boolean> {
    const { meter, slotMs, counter, imported, exported, quality, version } = reading;
    const { key, signature } = reading;
    const known = this.#ledger.state.get(meters, meter);
    if (key.length !== 32 || known === undefined) return false;
    if (this.sourceOf(known, key) === undefined) return false;
    if (acceptableSignature(signature) !== undefined) return false;
    const parts: ReadingParts = {
      chain: toHex(this.#ledger.chain),
      meter,
      slotMs,
      counter,
      importedWh: imported,
      exportedWh: exported,
      quality,
      version,
    };
    const text = utf8Bytes(readingText(parts));
    return this.#crypto.verifyLater === undefined
      ? this.#crypto.verify(key, text, signature)
      : this.#crypto.verifyLater(key, text, signature);
  }
}
