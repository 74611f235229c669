/**
 * Personal records, each sealed under its person's own data key. The data keys are wrapped under the
 * node's master key. To erase a person is to destroy that data key: what is left of the records, in
 * freed pages, backups or copies, is noise.
 *
 *   master             which master key the wrapped keys belong to (a hash of it)
 *   k/PERSON           the person's data key, wrapped
 *   e/PERSON           the person was erased: nothing is kept of it again
 *   p/PERSON/NAME      a sealed record
 */

import { type Crypto, concatBytes, equalBytes, type Random, utf8Bytes } from '@commonwatt/ledger';
import type { MasterKeys } from './master-key.ts';
import type { RecordChange, RecordStore } from './record-store.ts';
import { SEALING_KEY_LENGTH, seal, unseal } from './sealing.ts';

const MASTER = 'master';
/** Data keys held in memory at once; others are unwrapped again when they are needed. */
const DATA_KEYS_MAX = 50_000;
/** Wrapped keys that one erasure wraps anew. */
const PERSONS_MAX = 1_000_000;
const RECORDS_MAX = 100_000_000;
/** Stands after every digit and letter of a key. */
const AFTER_ALL = '~';

/** The store does not open with this master key, or a record in it was altered. */
export class VaultDamagedError extends Error {
  override readonly name = 'VaultDamagedError';
}

/** A record of one person, to be written. */
export interface PersonalRecord {
  readonly person: number;
  readonly name: string;
  readonly content: Uint8Array;
}

export interface VaultOptions {
  readonly store: RecordStore;
  readonly masterKeys: MasterKeys;
  readonly crypto: Crypto;
  readonly random: Random;
}

export class PersonalVault {
  readonly #store: RecordStore;
  readonly #masterKeys: MasterKeys;
  readonly #crypto: Crypto;
  readonly #random: Random;
  readonly #dataKeys = new Map<number, Uint8Array>();
  #masterKey: Uint8Array;

  /** @throws VaultDamagedError when the master key is not the one the store was written with. */
  constructor({ store, masterKeys, crypto, random }: VaultOptions) {
    this.#store = store;
    this.#masterKeys = masterKeys;
    this.#crypto = crypto;
    this.#random = random;
    const named = store.get(MASTER);
    const key = masterKeys.current(
      (candidate) => named === undefined || equalBytes(this.#nameOf(candidate), named),
    );
    if (key === undefined) {
      throw new VaultDamagedError('personal records: the master key is not the one they need');
    }
    if (named === undefined) store.write([{ key: MASTER, value: this.#nameOf(key) }]);
    this.#masterKey = key;
  }

  #nameOf(masterKey: Uint8Array): Uint8Array {
    return this.#crypto.sha256(concatBytes(utf8Bytes('commonwatt/master-key/1'), masterKey));
  }

  isErased(person: number): boolean {
    return this.#store.get(erasedKey(person)) !== undefined;
  }

  /** Whether this is the master key that the data keys are wrapped under. */
  isSealedUnder(masterKey: Uint8Array): boolean {
    return equalBytes(this.#nameOf(masterKey), this.#nameOf(this.#masterKey));
  }

  /** Whether anything was ever kept of a person who was not erased. */
  isKnown(person: number): boolean {
    return this.#store.get(dataKeyKey(person)) !== undefined;
  }

  /** Writes records, on disk when it returns. @throws RangeError for an erased person. */
  write(records: readonly PersonalRecord[]): void {
    const changes: RecordChange[] = [];
    const made = new Map<number, Uint8Array>();
    for (const { person, name, content } of records) {
      const key = recordKey(person, name);
      const dataKey = this.#dataKeyOf(person) ?? made.get(person) ?? this.#newDataKey(person);
      if (!this.#dataKeys.has(person) && !made.has(person)) {
        made.set(person, dataKey);
        changes.push(this.#wrapped(person, dataKey, this.#masterKey));
      }
      changes.push({ key, value: seal(this.#random, { key: dataKey, place: key }, content) });
    }
    this.#store.write(changes);
    for (const [person, dataKey] of made) this.#remember(person, dataKey);
  }

  #newDataKey(person: number): Uint8Array {
    if (this.isErased(person)) {
      throw new RangeError(`personal records: member ${person} was erased`);
    }
    return this.#random.bytes(SEALING_KEY_LENGTH);
  }

  #wrapped(person: number, dataKey: Uint8Array, masterKey: Uint8Array): RecordChange {
    const key = dataKeyKey(person);
    return { key, value: seal(this.#random, { key: masterKey, place: key }, dataKey) };
  }

  #dataKeyOf(person: number): Uint8Array | undefined {
    const known = this.#dataKeys.get(person);
    if (known !== undefined) return known;
    const key = dataKeyKey(person);
    const wrapped = this.#store.get(key);
    if (wrapped === undefined) return undefined;
    const dataKey = unseal({ key: this.#masterKey, place: key }, wrapped);
    if (dataKey === undefined) throw new VaultDamagedError(`personal records: ${key} was altered`);
    this.#remember(person, dataKey);
    return dataKey;
  }

  #remember(person: number, dataKey: Uint8Array): void {
    if (this.#dataKeys.size >= DATA_KEYS_MAX) this.#dataKeys.clear();
    this.#dataKeys.set(person, dataKey);
  }

  /** One record; nothing where there is none. @throws VaultDamagedError when it was altered. */
  read(person: number, name: string): Uint8Array | undefined {
    const key = recordKey(person, name);
    const sealed = this.#store.get(key);
    return sealed && this.#opened(person, key, sealed);
  }

  #opened(person: number, key: string, sealed: Uint8Array): Uint8Array {
    const dataKey = this.#dataKeyOf(person);
    const content = dataKey && unseal({ key: dataKey, place: key }, sealed);
    if (content === undefined) throw new VaultDamagedError(`personal records: ${key} was altered`);
    return content;
  }

  /** Removes records of a person that are no longer to be kept. */
  remove(person: number, names: readonly string[]): void {
    this.#store.write(names.map((name) => ({ key: recordKey(person, name), value: undefined })));
  }

  /** A person's records with from <= name < until, in the order of their names. */
  *range(
    person: number,
    from: string,
    until: string,
    limit: number,
  ): Iterable<{ readonly name: string; readonly content: Uint8Array }> {
    const start = recordKey(person, from);
    const end = recordKey(person, until);
    const prefix = recordKey(person, '').length;
    for (const { key, value } of this.#store.range(start, end, limit)) {
      yield { name: key.slice(prefix), content: this.#opened(person, key, value) };
    }
  }

  /**
   * Destroys a person's data key and removes its records. The master key changes and every other
   * data key is wrapped anew, so that no copy of the destroyed one opens either.
   */
  erase(person: number): void {
    const masterKey = this.#masterKeys.next();
    const changes: RecordChange[] = [
      { key: MASTER, value: this.#nameOf(masterKey) },
      { key: erasedKey(person), value: Uint8Array.of(1) },
      { key: dataKeyKey(person), value: undefined },
    ];
    for (const { key } of this.#store.range('k/', `k/${AFTER_ALL}`, PERSONS_MAX)) {
      const other = Number(key.slice(2));
      if (other === person) continue;
      changes.push(this.#wrapped(other, this.#dataKeyOf(other) as Uint8Array, masterKey));
    }
    const [first, last] = [recordKey(person, ''), recordKey(person, AFTER_ALL)];
    for (const { key } of this.#store.range(first, last, RECORDS_MAX)) {
      changes.push({ key, value: undefined });
    }
    this.#store.write(changes);
    this.#masterKeys.adopt();
    this.#masterKey = masterKey;
    this.#dataKeys.get(person)?.fill(0);
    this.#dataKeys.delete(person);
  }

  close(): Promise<void> {
    for (const key of this.#dataKeys.values()) key.fill(0);
    this.#dataKeys.clear();
    this.#masterKey.fill(0);
    return this.#store.close();
  }
}

/** What must be as it was read for a record of the vault to be written beside another writer. */
export function guardsOf(key: string): readonly string[] {
  const [, person] = key.split('/');
  if (person === undefined) return [MASTER];
  return [MASTER, `k/${person}`, `e/${person}`];
}

const personText = (person: number): string => `${person}`.padStart(10, '0');
const dataKeyKey = (person: number): string => `k/${personText(person)}`;
const erasedKey = (person: number): string => `e/${personText(person)}`;
const recordKey = (person: number, name: string): string => `p/${personText(person)}/${name}`;
