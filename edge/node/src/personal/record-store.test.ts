import { describe, expect, test } from 'vitest';
import {
  failingForGood,
  MemoryRecordStore,
  type RecordChange,
  RecordStoreFailedError,
} from './record-store.ts';

/** A disk that is full for a while. */
class FullStore extends MemoryRecordStore {
  isFull = false;
  attempts = 0;
  override write(changes: readonly RecordChange[]): void {
    this.attempts++;
    if (this.isFull) throw new Error('ENOSPC: no space left on device, write');
    super.write(changes);
  }
}

describe('a store whose disk does not take a write', () => {
  const value = Uint8Array.of(1);

  test('names its folder, the cause and what to do, and tells it once', () => {
    const told: RecordStoreFailedError[] = [];
    const disk = new FullStore();
    const store = failingForGood(disk, 'gone/personal', (fault) => told.push(fault));
    disk.isFull = true;
    expect(() => store.write([{ key: 'a', value }])).toThrow(
      'gone/personal: records were not made durable: ENOSPC: no space left on device, write. ' +
        'Mend the disk and restart: what was acknowledged still stands',
    );
    expect(() => store.write([{ key: 'b', value }])).toThrow(RecordStoreFailedError);
    expect(told).toHaveLength(1);
  });

  test('takes nothing more, even with room again, and still gives what stands', () => {
    const disk = new FullStore();
    const store = failingForGood(disk, 'personal');
    store.write([{ key: 'a', value }]);
    disk.isFull = true;
    expect(() => store.write([{ key: 'b', value }])).toThrow();
    disk.isFull = false;
    expect(() => store.write([{ key: 'c', value }])).toThrow(RecordStoreFailedError);
    expect(disk.attempts).toBe(2);
    expect(store.get('a')).toEqual(value);
    expect([...store.range('a', 'z', 10)].map((one) => one.key)).toEqual(['a']);
  });
});
