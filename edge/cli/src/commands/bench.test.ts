import { afterEach, expect, test, vi } from 'vitest';
import { benchNames } from '../bench/bench.ts';
import { main } from '../main.ts';
import { testTerminal } from '../terminal/terminal.test-support.ts';

test('a bench that there is not is bad input, and the benches are named', async () => {
  const terminal = testTerminal();
  expect(await main(['bench', 'toString'], terminal)).toBe(2);
  expect(terminal.err()).toContain(
    'bench: expected ingest, batch, persist, merkle, audit, http, settlement, dplc, memory, auction, book, welfare, year, got toString',
  );
  expect(terminal.out()).toBe('');
});

test('the help names every bench', async () => {
  const terminal = testTerminal();
  expect(await main(['bench', '--help'], terminal)).toBe(0);
  const told = terminal.out().replaceAll(/\s+/g, ' ');
  expect(told).toContain(`one of ${benchNames.join(', ')}`);
  expect(told).toContain('welfare, year');
});

afterEach(() => vi.unstubAllEnvs());

test('a bench without its yardstick ends with status 3 and says how to get it', async () => {
  vi.stubEnv('COMMONWATT_BETTER_SQLITE3', '/nowhere');
  const terminal = testTerminal();
  expect(await main(['bench', 'settlement', '--json'], terminal)).toBe(3);
  expect(terminal.err()).toContain('better-sqlite3 12.x is missing (nothing in /nowhere)');
  expect(terminal.err()).toContain('run `node tools/better-sqlite3.js`');
  expect(JSON.parse(terminal.out())).toMatchObject({ ok: false, code: 'missing' });
});
