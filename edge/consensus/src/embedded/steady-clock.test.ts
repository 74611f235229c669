import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CLOCK_LIMITS, type ClockLimits, type ClockNews, SteadyClock } from './steady-clock.ts';

const NOON_MS = 1_760_000_000_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
/** No longer the start, when a time service may set the clock. */
const SETTLED_MS = 10 * MINUTE_MS;

/** A machine whose clock is set by hand. */
class Machine {
  wallMs = NOON_MS;
  running = 5000;
  uptime = 777_000;
  readonly news: ClockNews[] = [];
  readonly clock: SteadyClock;

  constructor({ knownMs = NOON_MS, ...limits }: Partial<ClockLimits> & { knownMs?: number } = {}) {
    this.clock = new SteadyClock({
      time: {
        wall: { nowMs: () => this.wallMs },
        runningMs: () => this.running,
        uptimeMs: () => this.uptime,
      },
      limits: { ...CLOCK_LIMITS, ...limits },
      knownMs,
    });
    this.clock.onChange((news) => this.news.push(news));
  }

  /** Time passes on all clocks, and somebody looks. */
  pass(ms: number): number {
    this.wallMs += ms;
    this.running += ms;
    this.uptime += ms;
    return this.clock.nowMs();
  }

  /** The clock is set, and somebody looks. */
  set(ms: number): number {
    this.wallMs += ms;
    return this.clock.nowMs();
  }

  get changes(): readonly string[] {
    return this.news.map(({ change, offsetMs }) => `${change} ${offsetMs}`);
  }
}

describe('a clock that is set', () => {
  test('a little is followed at once, ahead and back', () => {
    const machine = new Machine();
    machine.pass(SETTLED_MS);
    expect(machine.set(20_000)).toBe(machine.wallMs);
    machine.pass(10 * MINUTE_MS);
    expect(machine.set(-20_000)).toBe(machine.wallMs);
    expect(machine.changes).toEqual([]);
  });

  test.each([HOUR_MS, -HOUR_MS, 400 * DAY_MS, 31_000, -31_000])(
    'by %d ms is held, told once, and time runs on',
    (stepMs) => {
      const machine = new Machine();
      const before = machine.pass(SETTLED_MS);
      expect(machine.set(stepMs)).toBe(before);
      expect(machine.pass(1000)).toBe(before + 1000);
      expect(machine.pass(1000)).toBe(before + 2000);
      expect(machine.changes).toEqual([`held ${stepMs}`]);
      expect(machine.clock.step).toEqual({ offsetMs: stepMs, forMs: 2000 });
    },
  );

  test('and set back again goes on as if nothing had been', () => {
    const machine = new Machine();
    const before = machine.pass(SETTLED_MS);
    machine.set(HOUR_MS);
    machine.pass(MINUTE_MS);
    expect(machine.set(-HOUR_MS)).toBe(before + MINUTE_MS);
    expect(machine.wallMs).toBe(before + MINUTE_MS);
    expect(machine.changes).toEqual([`held ${HOUR_MS}`, `over ${HOUR_MS}`]);
    expect(machine.clock.step).toBeUndefined();
  });

  test('that stays is followed after the written time, and not before', () => {
    const machine = new Machine({ followAfterMs: HOUR_MS });
    machine.pass(SETTLED_MS);
    machine.set(2 * HOUR_MS);
    expect(machine.pass(HOUR_MS - 1)).toBe(machine.wallMs - 2 * HOUR_MS);
    expect(machine.pass(1)).toBe(machine.wallMs);
    expect(machine.changes).toEqual([`held ${2 * HOUR_MS}`, `followed ${2 * HOUR_MS}`]);
  });

  test('that jumps about is never followed, and not told with every jump', () => {
    const machine = new Machine();
    const before = machine.pass(SETTLED_MS);
    for (let round = 1; round <= 1000; round++) {
      machine.set(round % 2 === 0 ? -HOUR_MS : HOUR_MS);
      expect(machine.pass(10_000)).toBe(before + round * 10_000);
    }
    expect(machine.clock.steps).toBe(500);
    expect(machine.news.length).toBeLessThan(400);
  });

  test('that must be confirmed waits for the operator for good', () => {
    const machine = new Machine({ followAfterMs: undefined });
    const before = machine.pass(SETTLED_MS);
    machine.set(HOUR_MS);
    expect(machine.pass(30 * DAY_MS)).toBe(before + 30 * DAY_MS);
    expect(machine.clock.confirm(5 * HOUR_MS)).toBe(false);
    expect(machine.clock.nowMs()).toBe(before + 30 * DAY_MS);
    expect(machine.clock.confirm(HOUR_MS)).toBe(true);
    expect(machine.clock.nowMs()).toBe(machine.wallMs);
    expect(machine.clock.confirm(HOUR_MS)).toBe(false);
  });

  test('by many small steps gains no more than one and a tenth of the time that passed', () => {
    const machine = new Machine({ followAfterMs: undefined });
    const before = machine.pass(SETTLED_MS);
    for (let round = 1; round <= 600; round++) {
      machine.set(20_000);
      const gained = machine.pass(1000) - before - round * 1000;
      expect(gained).toBeLessThanOrEqual(30_000 + 0.1 * round * 1000 + 250);
    }
    expect(machine.clock.step).toBeDefined();
  });
});

test('a clock that a time service leads is followed for ever', () => {
  const machine = new Machine();
  for (let minute = 0; minute < 3 * 1440; minute++) {
    machine.wallMs += 30; // 500 in a million, the most that a kernel leads
    expect(machine.pass(MINUTE_MS)).toBe(machine.wallMs);
  }
  expect(machine.changes).toEqual([]);
});

describe('a machine that slept', () => {
  test('has the right time when it wakes', () => {
    const machine = new Machine();
    machine.pass(SETTLED_MS);
    machine.wallMs += 8 * HOUR_MS;
    machine.uptime += 8 * HOUR_MS;
    expect(machine.clock.nowMs()).toBe(machine.wallMs);
    expect(machine.pass(1000)).toBe(machine.wallMs);
    expect(machine.changes).toEqual([`slept ${8 * HOUR_MS}`]);
  });

  test('and is set meanwhile is held at the time that passed', () => {
    const machine = new Machine();
    const before = machine.pass(SETTLED_MS);
    machine.wallMs += 20 * HOUR_MS;
    machine.uptime += 8 * HOUR_MS;
    expect(machine.clock.nowMs()).toBe(before + 8 * HOUR_MS);
    expect(machine.changes).toEqual([`slept ${8 * HOUR_MS}`, `held ${12 * HOUR_MS}`]);
  });
});

describe('at the start', () => {
  test('the clock may stand days after the last block', () => {
    const machine = new Machine({ knownMs: NOON_MS - 6 * DAY_MS });
    expect(machine.clock.nowMs()).toBe(NOON_MS);
  });

  test('a clock far after the last block is held at it', () => {
    const machine = new Machine({ knownMs: NOON_MS - 8 * DAY_MS });
    expect(machine.clock.nowMs()).toBe(NOON_MS - 8 * DAY_MS);
    expect(machine.changes).toEqual([`held ${8 * DAY_MS}`]);
    machine.pass(HOUR_MS);
    expect(machine.clock.nowMs()).toBe(machine.wallMs);
  });

  test('a machine that learns the time a little later is believed, once the start is over not', () => {
    const machine = new Machine({ knownMs: NOON_MS });
    machine.pass(MINUTE_MS);
    expect(machine.set(2 * DAY_MS)).toBe(machine.wallMs);
    expect(machine.changes).toEqual([`set ${2 * DAY_MS}`]);
    machine.pass(SETTLED_MS);
    expect(machine.set(2 * DAY_MS)).toBe(machine.wallMs - 2 * DAY_MS);
  });

  test('not when it is set further than a node may be down', () => {
    const machine = new Machine({ knownMs: NOON_MS });
    machine.pass(MINUTE_MS);
    expect(machine.set(8 * DAY_MS)).toBe(machine.wallMs - 8 * DAY_MS);
  });
});

const moves = fc.array(
  fc.record({
    passMs: fc.integer({ min: 0, max: 2 * HOUR_MS }),
    setMs: fc.oneof(
      fc.integer({ min: -60_000, max: 60_000 }),
      fc.integer({ min: -400 * DAY_MS, max: 400 * DAY_MS }),
    ),
  }),
  { minLength: 1, maxLength: 60 },
);

test('whatever is done to the clock, time stays within a tenth and the tolerance of what passed', () => {
  fc.assert(
    fc.property(moves, (made) => {
      const machine = new Machine({ followAfterMs: undefined });
      const startMs = machine.pass(SETTLED_MS);
      const fromMs = machine.running;
      for (const { passMs, setMs } of made) {
        machine.wallMs += setMs;
        const nowMs = machine.pass(passMs);
        const passedMs = machine.running - fromMs;
        const off = Math.abs(nowMs - startMs - passedMs);
        expect(off).toBeLessThanOrEqual(CLOCK_LIMITS.toleranceMs + 0.1 * passedMs + 251);
      }
    }),
  );
});
