import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NodeCrypto, nodeRandom } from '@commonwatt/consensus';
import { asciiBytes, toHex } from '@commonwatt/ledger';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { MasterKeyFile, MemoryMasterKeys } from './master-key.ts';
import { PersonalVault, VaultDamagedError } from './personal-vault.ts';
import { MemoryRecordStore, openRecordStore, type RecordStore } from './record-store.ts';

const crypto = new NodeCrypto();
const random = nodeRandom;
const canary = 'Ana Kanarek, Lindenstrasse 4';
let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'commonwatt-vault-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function onDisk(): { vault: PersonalVault; store: RecordStore } {
  const store = openRecordStore(folder);
  const masterKeys = new MasterKeyFile(folder, random);
  return { vault: new PersonalVault({ store, masterKeys, crypto, random }), store };
}

function label(person: number, text: string) {
  return { person, name: 'label', content: asciiBytes(text) };
}

function filesHold(bytes: Uint8Array): string[] {
  return readdirSync(folder).filter((name) =>
    readFileSync(join(folder, name)).includes(Buffer.from(bytes)),
  );
}

describe.each(['memory', 'disk'])('a vault in %s', (kind) => {
  const opened = (): PersonalVault =>
    kind === 'disk'
      ? onDisk().vault
      : new PersonalVault({
          store: new MemoryRecordStore(),
          masterKeys: new MemoryMasterKeys(random),
          crypto,
          random,
        });

  test('gives back what was written, by person and in the order of names', async () => {
    const vault = opened();
    const names = ['b/2', 'b/1', 'a/9', 'b/3'];
    vault.write(names.map((name) => ({ person: 7, name, content: asciiBytes(name) })));
    vault.write([{ person: 8, name: 'b/1', content: asciiBytes('another') }]);
    const found = (limit: number) => [...vault.range(7, 'b/', 'b/~', limit)].map((one) => one.name);
    expect(found(10)).toEqual(['b/1', 'b/2', 'b/3']);
    expect(found(2)).toEqual(['b/1', 'b/2']);
    expect(vault.read(7, 'a/9')).toEqual(asciiBytes('a/9'));
    expect(vault.read(8, 'b/1')).toEqual(asciiBytes('another'));
    expect(vault.read(9, 'b/1')).toBeUndefined();
    await vault.close();
  });

  test('an erased person leaves nothing and gets nothing again; the others stay', async () => {
    const vault = opened();
    vault.write([label(1, canary), label(2, 'Ben')]);
    vault.erase(1);
    expect(vault.read(1, 'label')).toBeUndefined();
    expect([...vault.range(1, '', '~', 10)]).toEqual([]);
    expect(vault.isErased(1)).toBe(true);
    expect(vault.isErased(2)).toBe(false);
    expect(() => vault.write([label(1, 'again')])).toThrow('member 1 was erased');
    expect(vault.read(2, 'label')).toEqual(asciiBytes('Ben'));
    vault.write([label(2, 'Ben the second'), label(3, 'Cleo')]);
    expect(vault.read(3, 'label')).toEqual(asciiBytes('Cleo'));
    await vault.close();
  });
});

describe('on disk', () => {
  test('nothing stands in clear, and the key file is its owner’s alone', async () => {
    const { vault } = onDisk();
    vault.write([label(1, canary)]);
    await vault.close();
    expect(filesHold(asciiBytes('Kanarek'))).toEqual([]);
    expect(statSync(join(folder, 'master.key')).mode & 0o777).toBe(0o600);
    const again = onDisk().vault;
    expect(again.read(1, 'label')).toEqual(asciiBytes(canary));
    await again.close();
  });

  test('a wrapped key kept from before an erasure opens no more', async () => {
    const { vault, store } = onDisk();
    vault.write([label(1, canary), label(2, 'Ben')]);
    const kept = ['k/0000000001', 'p/0000000001/label'].map((key) => ({
      key,
      value: store.get(key),
    }));
    const masterBefore = readFileSync(join(folder, 'master.key'), 'latin1').trim();
    vault.erase(1);
    store.write(kept);
    expect(() => vault.read(1, 'label')).toThrow(VaultDamagedError);
    await vault.close();
    expect(filesHold(asciiBytes(masterBefore))).toEqual([]);
    expect(readdirSync(folder).filter((name) => name.includes('master'))).toEqual(['master.key']);
    const again = onDisk().vault;
    expect(again.read(2, 'label')).toEqual(asciiBytes('Ben'));
    await again.close();
  });

  test('a process that ended before the store changed over keeps the old key', async () => {
    const { vault } = onDisk();
    vault.write([label(2, 'Ben')]);
    await vault.close();
    writeFileSync(join(folder, 'master.key.next'), `${toHex(random.bytes(32))}\n`, { mode: 0o600 });
    const again = onDisk().vault;
    expect(again.read(2, 'label')).toEqual(asciiBytes('Ben'));
    expect(readdirSync(folder)).not.toContain('master.key.next');
    await again.close();
  });

  test('a process that ended after the store changed over goes on with the next key', async () => {
    const store = openRecordStore(folder);
    const keys = new MasterKeyFile(folder, random);
    const unfinished = {
      current: keys.current.bind(keys),
      next: keys.next.bind(keys),
      adopt: () => {
        throw new Error('the process ends here');
      },
    };
    const vault = new PersonalVault({ store, masterKeys: unfinished, crypto, random });
    vault.write([label(1, canary), label(2, 'Ben')]);
    expect(() => vault.erase(1)).toThrow('the process ends here');
    await store.close();
    const again = onDisk().vault;
    expect(again.read(1, 'label')).toBeUndefined();
    expect(again.read(2, 'label')).toEqual(asciiBytes('Ben'));
    expect(readdirSync(folder)).not.toContain('master.key.next');
    await again.close();
  });

  test('another master key, a readable one and a broken one are refused', async () => {
    const { vault } = onDisk();
    vault.write([label(1, canary)]);
    await vault.close();
    const path = join(folder, 'master.key');
    const right = readFileSync(path, 'latin1');
    const open = async (): Promise<void> => {
      const store = openRecordStore(folder);
      try {
        const masterKeys = new MasterKeyFile(folder, random);
        new PersonalVault({ store, masterKeys, crypto, random });
      } finally {
        await store.close();
      }
    };
    writeFileSync(path, `${'0'.repeat(64)}\n`);
    await expect(open()).rejects.toThrow('the master key is not the one they need');
    writeFileSync(path, right.slice(1));
    await expect(open()).rejects.toThrow('expected 64 hex digits');
    rmSync(path);
    writeFileSync(path, right, { mode: 0o644 });
    await expect(open()).rejects.toThrow('expected mode 0600, got 0644');
  });
});

test('a record that was altered or moved to another place does not open', () => {
  const store = new MemoryRecordStore();
  const masterKeys = new MemoryMasterKeys(random);
  const vault = new PersonalVault({ store, masterKeys, crypto, random });
  vault.write([label(1, canary), { person: 1, name: 'other', content: asciiBytes('x') }]);
  const key = 'p/0000000001/label';
  const sealed = store.get(key) as Uint8Array;
  for (const at of [0, 12, sealed.length - 1]) {
    const altered = sealed.slice();
    altered[at] = (altered[at] as number) ^ 1;
    store.write([{ key, value: altered }]);
    expect(() => vault.read(1, 'label')).toThrow('was altered');
  }
  store.write([{ key: 'p/0000000001/other', value: sealed }]);
  expect(() => vault.read(1, 'other')).toThrow('was altered');
  store.write([{ key, value: sealed.slice(0, 20) }]);
  expect(() => vault.read(1, 'label')).toThrow('was altered');
  store.write([{ key, value: sealed }]);
  expect(vault.read(1, 'label')).toEqual(asciiBytes(canary));
});
