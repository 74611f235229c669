import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createClient } from '@commonwatt/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { main } from '../../main.ts';
import { testTerminal } from '../../terminal/terminal.test-support.ts';

const households = fileURLToPath(
  new URL('../../../../../../shared/data/households', import.meta.url),
);
const command = fileURLToPath(new URL('../../../bin/commonwatt.js', import.meta.url));
let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'commonwatt-street-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function demo(...words: readonly string[]) {
  const terminal = testTerminal();
  const status = await main(['demo', '--headless', '--json', ...words], terminal);
  return { status, err: terminal.err(), answer: JSON.parse(terminal.out()) };
}

test('eight quarter hours of the street: traded, delivered, settled, and executed again', async () => {
  const ledger = join(folder, 'ledger');
  const { status, answer } = await demo('--slots', '8', '--dir', ledger);
  expect(status).toBe(0);
  expect(answer).toMatchObject({
    members: 25,
    slots: 8,
    settledPeriods: 2,
    refusedOrders: 0,
    refusedReadings: 0,
    ledger,
  });
  expect(answer.trades).toBeGreaterThan(50);
  expect(Number(answer.averagePriceCtPerKwh)).toBeGreaterThan(8);
  expect(Number(answer.averagePriceCtPerKwh)).toBeLessThan(30);
  expect(answer.localShare).toBeGreaterThan(0.5);
  expect(answer.localShare).toBeLessThanOrEqual(1);
  const terminal = testTerminal();
  expect(await main(['audit', ledger, '--json'], terminal)).toBe(0);
  expect(JSON.parse(terminal.out())).toMatchObject({ clean: true, blocks: answer.blocks });
});

test('the same street trades the same energy at the same price every time', async () => {
  const [first, second] = [await demo('--slots', '4'), await demo('--slots', '4')];
  const of = ({ answer }: typeof first) => [answer.energyWh, answer.averagePriceCtPerKwh];
  expect(of(first)).toEqual(of(second));
  expect(Number(first.answer.energyWh)).toBeGreaterThan(0);
});

test('the street on measured households', async (context) => {
  if (!existsSync(households)) {
    if (process.env.CI === 'true') throw new Error(`expected profiles in ${households}`);
    context.skip('measured profiles are not at ../shared/data/households');
  }
  const { status, answer, err } = await demo('--slots', '8', '--profiles', households);
  expect(status).toBe(0);
  expect(answer).toMatchObject({ slots: 8, settledPeriods: 2, refusedOrders: 0 });
  expect(answer.refusedReadings).toBe(0);
  expect(Number(answer.energyWh)).toBeGreaterThan(0);
  expect(err).toContain('retailer_energy.csv: skipped, a tariff is no profile');
});

test.each([
  ['--slots', '0', '--slots: expected a whole number from 1 to 100000, got 0'],
  ['--speed', 'fast', '--speed: expected a whole number from 1 to 10000, got fast'],
  ['--profiles', '/no/such', '--profiles: expected a folder with CSV files, got /no/such'],
  ['--case', 'x', '--case: expected setm or dplc, got x'],
])('%s %s is refused in one line', async (option, value, line) => {
  const terminal = testTerminal();
  expect(await main(['demo', '--headless', option, value], terminal)).toBe(2);
  expect(terminal.err()).toBe(`commonwatt: ${line}\n`);
});

test('live: the doors open, quarter hours pass, and Ctrl-C ends it with a summary', async () => {
  const demo = spawn(process.execPath, [command, 'demo', '--speed', '600', '--json'], {
    env: { ...process.env, PORT: '0' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = once(demo, 'exit');
  let out = '';
  demo.stdout.on('data', (chunk) => {
    out += String(chunk);
  });
  try {
    let told = '';
    for await (const chunk of demo.stderr) {
      told += String(chunk);
      if (/ ct\/kWh .* trades\n/.test(told)) break;
    }
    const url = /trades at (http:\/\/localhost:\d+) /.exec(told)?.[1] ?? '';
    const link = /^join as a member of your own: (\S+)$/m.exec(told)?.[1] ?? '';
    expect(link.startsWith(`${url}/#/join?invite=`)).toBe(true);
    const { chain, members } = await createClient({ baseUrl: url }).ledgerStatus();
    expect(link.endsWith(`&chain=${chain}`)).toBe(true);
    expect(members).toBe(26);
  } finally {
    demo.stderr.resume();
    demo.kill('SIGINT');
  }
  expect((await ended)[0]).toBe(0);
  const { slots, trades, refusedOrders } = JSON.parse(out);
  expect(slots).toBeGreaterThanOrEqual(9);
  expect(trades).toBeGreaterThan(0);
  expect(refusedOrders).toBe(0);
});
