import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addressName, Quarantine, TokenBuckets } from './rate-limit.ts';

describe('token buckets', () => {
  test('give what they hold, refill with time, and say how long to wait', () => {
    const buckets = new TokenBuckets({ capacity: 3, refillPerSecond: 2, namesMax: 10 });
    expect([1, 2, 3, 4].map(() => buckets.take('a', 0))).toEqual([true, true, true, false]);
    expect(buckets.has('a', 0)).toBe(false);
    expect(buckets.waitMs('a', 0)).toBe(500);
    expect(buckets.take('a', 500)).toBe(true);
    expect(buckets.take('a', 500)).toBe(false);
    expect(buckets.take('b', 500)).toBe(true);
    expect(buckets.waitMs('c', 500)).toBe(0);
  });

  test('a clock that goes back gives nothing', () => {
    const buckets = new TokenBuckets({ capacity: 1, refillPerSecond: 1000, namesMax: 10 });
    buckets.take('a', 1000);
    expect(buckets.has('a', 0)).toBe(false);
  });

  test('never let through more than capacity and refill', () => {
    const steps = fc.array(fc.nat({ max: 500 }), { maxLength: 200 });
    fc.assert(
      fc.property(steps, (pauses) => {
        const buckets = new TokenBuckets({ capacity: 5, refillPerSecond: 4, namesMax: 3 });
        let nowMs = 0;
        let taken = 0;
        for (const pauseMs of pauses) {
          nowMs += pauseMs;
          if (buckets.take('a', nowMs)) taken++;
        }
        expect(taken).toBeLessThanOrEqual(5 + (nowMs * 4) / 1000);
      }),
    );
  });

  test('keep a bounded number of names, those used last', () => {
    const buckets = new TokenBuckets({ capacity: 1, refillPerSecond: 1, namesMax: 2 });
    for (const name of ['a', 'b', 'a', 'c']) buckets.take(name, 0);
    expect(buckets.size).toBe(2);
    expect(['a', 'b', 'c'].map((name) => buckets.has(name, 0))).toEqual([false, true, false]);
  });

  test.each([{ capacity: 0 }, { refillPerSecond: -1 }, { namesMax: Number.NaN }])(
    'refuse %o',
    (changes) => {
      const options = { capacity: 1, refillPerSecond: 1, namesMax: 1, ...changes };
      expect(() => new TokenBuckets(options)).toThrow(RangeError);
    },
  );
});

describe('quarantine', () => {
  const options = { offencesMax: 4, decayMs: 1000, keysMax: 3 };

  test('shuts a key out at its last offence and lets it in again at half', () => {
    const quarantine = new Quarantine(options);
    for (const message of ['1', '2', '3']) quarantine.offend('key', message, 0);
    expect(quarantine.shutMs('key', 0)).toBeUndefined();
    quarantine.offend('key', '4', 0);
    expect(quarantine.shutMs('key', 0)).toBe(2000);
    expect(quarantine.shutMs('key', 1999)).toBe(1);
    expect(quarantine.shutMs('key', 2000)).toBeUndefined();
    expect(quarantine.shutMs('other', 0)).toBeUndefined();
  });

  test('counts a message once, however often and by whomever it is sent', () => {
    const quarantine = new Quarantine(options);
    for (let time = 0; time < 1000; time++) quarantine.offend('key', 'the same', 0);
    expect(quarantine.shutMs('key', 0)).toBeUndefined();
  });

  test('forgets offences with time, so that rare ones never add up', () => {
    const quarantine = new Quarantine(options);
    for (let at = 0; at < 100; at++) {
      quarantine.offend('key', `${at}`, at * 1000);
      expect(quarantine.shutMs('key', at * 1000)).toBeUndefined();
    }
  });

  test('keeps a bounded number of keys', () => {
    const quarantine = new Quarantine(options);
    for (let at = 0; at < 50; at++) quarantine.offend(`${at}`, 'm', 0);
    expect(quarantine.size).toBe(3);
  });
});

describe('address names', () => {
  test.each([
    ['192.0.2.7', '192.0.2.7'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:DB8:1:2::9', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
  ])('%s is of %s', (address, name) => {
    expect(addressName(address)).toBe(name);
  });
});
