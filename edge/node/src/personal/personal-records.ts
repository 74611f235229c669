/** The personal desk: labels of members for the registrar, and the secret their salts come from. */

import { decode, encode, type Random, utf8Bytes } from '@commonwatt/ledger';
import { type BillingRecord, billingRecordCodec } from '../billing/billing-record.ts';
import type { PersonalDesk } from '../desks.ts';
import type { PersonalVault } from './personal-vault.ts';

const LABEL = 'label';
const SECRET = 'secret';
const BILLING = 'billing';
const SECRET_LENGTH = 32;
export const LABEL_LENGTH_MAX = 200;

export class PersonalRecords implements PersonalDesk {
  readonly #vault: PersonalVault;
  readonly #random: Random;
  /** Of erased members, so that what is computed twice meanwhile comes out the same. */
  readonly #passing = new Map<number, Uint8Array>();

  constructor(vault: PersonalVault, random: Random) {
    this.#vault = vault;
    this.#random = random;
  }

  label(member: number): string | undefined {
    const content = this.#vault.read(member, LABEL);
    return content && new TextDecoder('utf-8', { fatal: true }).decode(content);
  }

  /** @throws RangeError for a label out of bounds or an erased member. */
  async putLabel(member: number, label: string): Promise<void> {
    if (label.length < 1 || label.length > LABEL_LENGTH_MAX) {
      throw new RangeError(`label: expected 1 to ${LABEL_LENGTH_MAX} characters`);
    }
    this.#vault.write([{ person: member, name: LABEL, content: utf8Bytes(label) }]);
  }

  /** Name, address, account and tax status, as bills need them; gone once the member is erased. */
  billingRecord(member: number): BillingRecord | undefined {
    const content = this.#vault.read(member, BILLING);
    return content && decode(billingRecordCodec, content, 'billing record');
  }

  /** @throws RangeError for an erased member, and for text that no record holds. */
  putBillingRecord(member: number, record: BillingRecord): void {
    const content = encode(billingRecordCodec, record);
    this.#vault.write([{ person: member, name: BILLING, content }]);
  }

  isErased(member: number): boolean {
    return this.#vault.isErased(member);
  }

  async erase(member: number): Promise<void> {
    this.#vault.erase(member);
  }

  /**
   * The secret from which a member's salts are derived. An erased member has none: what is salted
   * with the one returned then can be opened by nobody.
   */
  secretOf(member: number): Uint8Array {
    const kept = this.keptSecretOf(member);
    if (kept !== undefined) return kept;
    const made = this.#passing.get(member) ?? this.#random.bytes(SECRET_LENGTH);
    if (this.#vault.isErased(member)) this.#passing.set(member, made);
    else this.#vault.write([{ person: member, name: SECRET, content: made }]);
    return made;
  }
  /** The same where there is one: nothing of the member was ever salted without it. */
  keptSecretOf(member: number): Uint8Array | undefined {
    return this.#vault.read(member, SECRET);
  }
}
