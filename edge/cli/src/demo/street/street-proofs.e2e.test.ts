/** Proof files that a real node made of a living street: each holds, and none does once changed. */

import { verifyBundle } from '@commonwatt/client';
import { NodeCrypto } from '@commonwatt/consensus';
import { buildStreet } from '@commonwatt/simulator';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { beginStreet } from './street-demo.ts';

type Json = null | boolean | number | string | Json[] | { [name: string]: Json };
type Path = readonly (string | number)[];

const SLOTS = 6;
/** Texts up to this length have every digit changed; of longer ones some all over them. */
const WHOLE_LENGTH_MAX = 24;
const SAMPLES = 4;

let living: Awaited<ReturnType<typeof beginStreet>>;

beforeAll(async () => {
  const options = { slots: SLOTS, headless: true, port: 0 };
  living = await beginStreet(buildStreet({ seed: 1 }), options, undefined);
  for (let slot = 0; slot < SLOTS; slot++) {
    await living.run.slot(living.life.firstSlotIndex + slot);
  }
}, 60_000);
afterAll(() => living.node.stop());

function bundleOf(member: number): Json {
  const made = living.node.statements.bundle(member, 0, Number.MAX_SAFE_INTEGER);
  return JSON.parse(JSON.stringify(made));
}

function reasonOf(bundle: Json): string {
  const { ledger, checkpoints } = living.node;
  const keys = [checkpoints.verifierKey];
  const asker = { chain: ledger.chain, keys, threshold: 1, crypto: new NodeCrypto() };
  const verdict = verifyBundle(bundle, asker);
  return verdict.ok ? 'ok' : verdict.reason;
}

function* places(json: Json, path: Path = []): Generator<Path> {
  if (typeof json !== 'object' || json === null) yield path;
  else for (const [name, one] of Object.entries(json)) yield* places(one, [...path, name]);
}

function get(json: Json, path: Path): Json {
  return path.reduce((at, step) => (at as Record<string, Json>)[step] as Json, json);
}

/** Asks about the file with another value at one place, and puts the old one back. */
function reasonWith(bundle: Json, path: Path, value: Json): string {
  const parent = get(bundle, path.slice(0, -1)) as Record<string, Json>;
  const name = path.at(-1) as string;
  const old = parent[name] as Json;
  parent[name] = value;
  const reason = reasonOf(bundle);
  parent[name] = old;
  return reason;
}

/** Where a digit is changed. */
function digitsOf(text: string): readonly number[] {
  const all = [...text.matchAll(/[0-9]/g)].map(({ index }) => index);
  if (text.length <= WHOLE_LENGTH_MAX) return all;
  const step = Math.max(1, Math.floor(all.length / SAMPLES));
  return all.filter((_place, at) => at % step === 0 || at === all.length - 1);
}

function* changesOf(value: Json): Generator<Json> {
  const text = `${value}`;
  for (const at of digitsOf(text)) {
    const other = (Number(text[at]) + 1 + (at % 8)) % 10;
    const changed = `${text.slice(0, at)}${other}${text.slice(at + 1)}`;
    yield typeof value === 'number' ? Number(changed) : changed;
  }
}

/** The smallest file among those with a settled trade. */
function smallest(): Json {
  const files = living.life.residents.map(({ member }) => bundleOf(member));
  const full = files.filter((file) =>
    (get(file, ['statements']) as Json[]).some((one) => (get(one, ['lines']) as Json[]).length > 0),
  );
  expect(full.length).toBeGreaterThan(0);
  return full.reduce((a, b) => (JSON.stringify(a).length <= JSON.stringify(b).length ? a : b));
}

test('every file holds, and its period is what it covers', () => {
  for (const { member } of living.life.residents) {
    expect(reasonOf(bundleOf(member)), `member ${member}`).toBe('ok');
  }
});

test('a period of the asker with less in it gives a file that says so and holds', () => {
  const { member } = living.life.residents[0] as { member: number };
  const whole = bundleOf(member);
  const period = get(whole, ['period']) as { fromMs: number; untilMs: number };
  const ask = (fromMs: number, untilMs: number): Json =>
    JSON.parse(JSON.stringify(living.node.statements.bundle(member, fromMs, untilMs)));
  for (const [fromMs, untilMs] of [
    [period.fromMs - 1, period.untilMs + 1],
    [period.fromMs, period.fromMs + 1],
  ] as const) {
    const made = ask(fromMs, untilMs);
    const covered = get(made, ['period']) as { fromMs: number; untilMs: number };
    expect(covered.fromMs).toBeGreaterThanOrEqual(period.fromMs);
    expect(covered.untilMs).toBeLessThanOrEqual(period.untilMs);
    expect(reasonOf(made)).toBe('ok');
  }
  const nothing = ask(period.untilMs + 86_400_000, period.untilMs + 2 * 86_400_000);
  expect(get(nothing, ['period'])).toEqual({ fromMs: 0, untilMs: 0 });
  expect(reasonOf(nothing)).toBe('ok');
});

test('a changed digit in any field of it is found', () => {
  const file = smallest();
  let tried = 0;
  const passed: string[] = [];
  for (const path of places(file)) {
    for (const value of changesOf(get(file, path))) {
      tried++;
      if (reasonWith(file, path, value) === 'ok') passed.push(`${path.join('.')}: ${value}`);
    }
  }
  expect(passed).toEqual([]);
  expect(tried).toBeGreaterThan(1000);
  for (const at of ['fromMs', 'untilMs']) {
    expect(reasonWith(file, ['period', at], 1)).toMatch(/^period: /);
  }
}, 240_000);
