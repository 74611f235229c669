import { NodeCrypto, nodeRandom } from '@commonwatt/consensus';
import { beforeEach, describe, expect, test } from 'vitest';
import { ACCESS_KEPT_MS, AccessLog, type Read } from './access-log.ts';
import { MemoryMasterKeys } from './master-key.ts';
import { PersonalVault } from './personal-vault.ts';
import { MemoryRecordStore } from './record-store.ts';

const HOUR_MS = 3_600_000;
const NOON_MS = 1_760_004_000_000 - (1_760_004_000_000 % HOUR_MS);
const ANA = 2;
const BEN = 3;
const AUDITOR_KEY = new Uint8Array(32).fill(7);

class CountingStore extends MemoryRecordStore {
  writes = 0;
  override write(changes: Parameters<MemoryRecordStore['write']>[0]): void {
    this.writes++;
    super.write(changes);
  }
}

let store: CountingStore;
let vault: PersonalVault;
let clock: { ms: number; nowMs: () => number };
let log: AccessLog;

beforeEach(() => {
  store = new CountingStore();
  vault = new PersonalVault({
    store,
    masterKeys: new MemoryMasterKeys(nodeRandom),
    crypto: new NodeCrypto(),
    random: nodeRandom,
  });
  clock = { ms: NOON_MS, nowMs: () => clock.ms };
  log = new AccessLog({ vault, clock });
  store.writes = 0;
});

const read = (changes: Partial<Read> = {}): Read => ({
  members: [ANA],
  as: 'auditor',
  key: AUDITOR_KEY,
  reader: 9,
  what: 'memberReadings',
  fromMs: 1000,
  untilMs: 2000,
  ...changes,
});
const all = (member: number) => log.of(member, 0, Number.MAX_SAFE_INTEGER, 1000);

describe('the access log', () => {
  test('says who read what and when', () => {
    log.note(read());
    expect(all(ANA)).toEqual([
      {
        as: 'auditor',
        key: AUDITOR_KEY,
        reader: 9,
        what: 'memberReadings',
        fromMs: 1000,
        untilMs: 2000,
        firstMs: NOON_MS,
        lastMs: NOON_MS,
        count: 1,
      },
    ]);
    expect(all(BEN)).toEqual([]);
  });

  test('has a row for each reader, route and hour, and counts within it', () => {
    for (const minute of [0, 1, 59, 60, 61]) {
      clock.ms = NOON_MS + minute * 60_000;
      log.note(read());
      log.note(read({ what: 'memberTrades' }));
      log.note(read({ as: 'grant', key: new Uint8Array(32).fill(1), reader: undefined }));
    }
    const rows = all(ANA).map(({ what, reader, count }) => `${what} ${reader} ${count}`);
    expect(rows).toEqual([
      'memberReadings undefined 3',
      'memberReadings 9 3',
      'memberTrades 9 3',
      'memberReadings undefined 2',
      'memberReadings 9 2',
      'memberTrades 9 2',
    ]);
  });

  test('is on disk before a first or a wider read is answered, and counts the rest at times', () => {
    log.note(read());
    expect(store.writes).toBe(1);
    for (let again = 0; again < 100; again++) log.note(read());
    expect(store.writes).toBe(1);
    log.note(read({ fromMs: 500 }));
    expect(store.writes).toBe(2);
    clock.ms += 60_000;
    log.note(read());
    expect(store.writes).toBe(3);
    // What a crash would leave.
    const [left] = new AccessLog({ vault, clock }).of(ANA, 0, Number.MAX_SAFE_INTEGER, 10);
    expect(left).toMatchObject({
      count: 103,
      fromMs: 500,
      untilMs: 2000,
      lastMs: NOON_MS + 60_000,
    });
  });

  test('goes on counting after a restart', () => {
    log.note(read());
    log.flush();
    const again = new AccessLog({ vault, clock });
    again.note(read());
    expect(again.of(ANA, 0, Number.MAX_SAFE_INTEGER, 10)).toMatchObject([{ count: 2 }]);
  });

  test('gives the newest rows of a span', () => {
    for (let hour = 0; hour < 5; hour++) {
      clock.ms = NOON_MS + hour * HOUR_MS;
      log.note(read({ fromMs: hour }));
    }
    const spans = (fromMs: number, untilMs: number, limit: number) =>
      log.of(ANA, fromMs, untilMs, limit).map((row) => row.fromMs);
    expect(spans(NOON_MS + HOUR_MS, NOON_MS + 3 * HOUR_MS, 10)).toEqual([1, 2]);
    expect(spans(0, Number.MAX_SAFE_INTEGER, 2)).toEqual([3, 4]);
  });

  test('is erased with its member, and nothing of it is kept again', () => {
    log.note(read({ members: [ANA, BEN] }));
    log.note(read({ members: [ANA, BEN] }));
    vault.erase(ANA);
    log.note(read({ members: [ANA, BEN], what: 'memberTrades' }));
    expect(all(ANA)).toEqual([]);
    expect(all(BEN)).toHaveLength(2);
  });

  test('forgets what is older than its time', () => {
    log.note(read());
    clock.ms += ACCESS_KEPT_MS + 2 * HOUR_MS;
    log.note(read());
    expect(all(ANA)).toMatchObject([{ firstMs: clock.ms }]);
  });
});
