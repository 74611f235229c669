/** What the operator is told of a clock that steps, and how it is confirmed; and a node under one. */

import { SteadyClock } from '@commonwatt/consensus';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { HOUR_MS, NOON_MS, TestCommunity } from '../testing/community.ts';
import { createServer } from './server.ts';
import {
  GENESIS_MS,
  keyOf,
  REQUEST_MS,
  TestingCommunity,
} from './testing-community.test-support.ts';

/** A machine whose clock is set by hand. */
function machineAt(ms: number) {
  const machine = { wallMs: ms, runningMs: 0 };
  return {
    machine,
    time: {
      wall: { nowMs: () => machine.wallMs },
      runningMs: () => machine.runningMs,
      uptimeMs: () => machine.runningMs,
    },
    pass(passMs: number) {
      machine.wallMs += passMs;
      machine.runningMs += passMs;
    },
  };
}

describe('the operator’s view', () => {
  let community: TestingCommunity;
  const { machine, time, pass } = machineAt(GENESIS_MS);
  const ask = (method: 'GET' | 'POST', as: string, body?: unknown) =>
    community.knock({ method, url: '/api/operator/clock', as: keyOf(as), body });

  beforeAll(async () => {
    community = await TestingCommunity.open();
    const clockWatch = new SteadyClock({ time, knownMs: GENESIS_MS });
    const desks = { ...community.desks, clock: clockWatch, clockWatch };
    await community.server.close();
    community.server = await createServer(desks, {
      requestClock: { nowMs: () => REQUEST_MS },
      port: 0,
    });
    pass(HOUR_MS);
  });
  afterAll(() => community.close());

  test('a step is told in health, figures and to the operator, until it is confirmed', async () => {
    const health = async () => (await community.knock({ url: '/health' })).json();
    const figures = async () => (await community.knock({ url: '/metrics' })).body;
    expect(await health()).toMatchObject({ status: 'ok', reason: null });
    expect(await figures()).toContain('commonwatt_clock_step_seconds 0\n');
    machine.wallMs += 7_200_000;
    pass(5000);
    expect(await health()).toMatchObject({ status: 'ok', reason: 'clock_held' });
    pass(5000);
    expect(await figures()).toContain('commonwatt_clock_step_seconds 7200\n');
    expect(await figures()).toContain('commonwatt_clock_steps 1\n');
    expect((await ask('GET', 'operator')).json()).toMatchObject({
      nowMs: GENESIS_MS + HOUR_MS + 10_000,
      stepMs: 7_200_000,
      stoodMs: 5000,
    });
    const another = await ask('POST', 'operator', { stepMs: 60_000 });
    expect(another.json()).toMatchObject({ code: 'no_clock_step' });
    expect((await ask('POST', 'operator', { stepMs: 7_200_000 })).json()).toEqual({
      nowMs: machine.wallMs,
    });
    expect(await health()).toMatchObject({ status: 'ok', reason: null });
  });

  test('nobody but an operator confirms it', async () => {
    for (const name of ['ana', 'auditor', 'registrar', 'treasurer']) {
      expect((await ask('POST', name, { stepMs: 1 })).statusCode).toBe(403);
    }
    expect((await ask('GET', 'auditor')).statusCode).toBe(200);
    expect((await ask('GET', 'ana')).statusCode).toBe(403);
  });
});

test('an operator whose clock is right confirms a machine that is right, and nothing else passes', async () => {
  const community = await TestingCommunity.open();
  // Down for longer than it is believed: held at the last block, while the machine has the true time.
  const trueMs = GENESIS_MS + 30 * 24 * HOUR_MS;
  const clockWatch = new SteadyClock({ time: machineAt(trueMs).time, knownMs: GENESIS_MS });
  await community.server.close();
  const desks = { ...community.desks, clock: clockWatch, clockWatch };
  community.server = await createServer(desks, { requestClock: clockWatch, port: 0 });
  const signedNow = (method: 'GET' | 'POST', url: string, as: string, body?: unknown) => {
    const payload = body === undefined ? '' : JSON.stringify(body);
    const parts = { method, url, payload };
    const authorization = community.authorization(keyOf(as), parts, { timeMs: trueMs });
    return community.knock({ method, url, body, headers: { authorization } });
  };
  const clock = '/api/operator/clock';
  const seen = (await signedNow('GET', clock, 'operator')).json<{ stepMs: number }>();
  expect(seen.stepMs).toBe(30 * 24 * HOUR_MS);
  const elsewhere = await signedNow('GET', '/api/me', 'operator');
  expect(elsewhere.json()).toMatchObject({ code: 'request_stale' });
  const confirmed = await signedNow('POST', clock, 'operator', { stepMs: seen.stepMs });
  expect(confirmed.json()).toEqual({ nowMs: trueMs });
  expect((await signedNow('GET', '/api/me', 'operator')).statusCode).toBe(200);
  await community.close();
});

test('T26: under a clock that steps by hours and back, orders go on and the log says it once', async () => {
  const { machine, time, pass } = machineAt(NOON_MS);
  const lines: { level: number; change?: string; offsetMs?: number }[] = [];
  const logger = pino({ level: 'warn' }, { write: (line: string) => lines.push(JSON.parse(line)) });
  const community = await TestCommunity.open({ clockWatch: { time }, logger });
  const { node, clock } = community;
  // Members go by a clock that is right.
  const trueTime = (ms: number) => {
    pass(ms);
    clock.ms += ms;
  };
  trueTime(HOUR_MS);
  await community.enrol('ana');
  for (const stepMs of [5 * HOUR_MS, -5 * HOUR_MS, -3 * HOUR_MS, 3 * HOUR_MS]) {
    machine.wallMs += stepMs;
    trueTime(10_000);
    expect(await community.stand('ana', 'sell', 100n, 100_000n)).toEqual(['done']);
    expect(node.ledger.info().timeMs).toBe(clock.ms);
    trueTime(120_000);
  }
  const told = lines.map(({ level, change, offsetMs }) => [level, change, offsetMs]);
  expect(told).toEqual([
    [40, 'held', 5 * HOUR_MS],
    [40, 'held', -3 * HOUR_MS],
  ]);
  await node.stop();
});
