import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NodeCrypto, openLmdbStorage } from '@commonwatt/consensus';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { runSetmCase } from '../demo/setm/setm-case.ts';
import { main } from '../main.ts';
import { testTerminal } from '../terminal/terminal.test-support.ts';

const options = process.env.NODE_OPTIONS;
let folder = '';
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'commonwatt-audit-process-'));
  const storage = openLmdbStorage(folder);
  await runSetmCase(storage, new NodeCrypto());
  await storage.close();
});
afterEach(() => {
  if (options === undefined) delete process.env.NODE_OPTIONS;
  else process.env.NODE_OPTIONS = options;
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Audits with a program that comes to its end at once, as a crash of native code would end it. */
async function auditedWith(program: string, ...words: readonly string[]) {
  process.env.NODE_OPTIONS = `--import=data:text/javascript,${encodeURIComponent(program)}`;
  const terminal = testTerminal();
  const status = await main(['audit', folder, ...words], terminal);
  return { status, out: terminal.out() };
}

test.each(['SIGSEGV', 'SIGBUS', 'SIGABRT', 'SIGKILL'])(
  'a reader that ends by %s is a verdict',
  async (signal) => {
    const { status, out } = await auditedWith(`process.kill(process.pid, '${signal}')`, '--json');
    expect(status).toBe(1);
    expect(JSON.parse(out)).toEqual({
      clean: false,
      height: 0,
      reason: `the store could not be read: its reader was ended by ${signal}`,
    });
  },
);

test.each([1, 70])('a reader that ends with %d and without a word is a verdict', async (code) => {
  const { status, out } = await auditedWith(`console.error('torn'); process.exit(${code})`);
  expect(status).toBe(1);
  expect(out).toBe(
    `not clean: height 0: the store could not be read: its reader ended with status ${code}: torn\n`,
  );
});

test('a reader that ends as it should is believed', async () => {
  const { status, out } = await auditedWith('0', '--json');
  expect([status, JSON.parse(out).clean]).toEqual([0, true]);
});
