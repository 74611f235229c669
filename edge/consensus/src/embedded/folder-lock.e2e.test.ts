import { type ChildProcess, type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { linkSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { newFolder } from '../testing/folders.ts';
import { FolderInUseError, isFolderLock, lockFolder } from './folder-lock.ts';

const bundles = mkdtempSync(join(tmpdir(), 'folder-lock-'));
afterAll(() => rmSync(bundles, { recursive: true, force: true }));
const script = join(bundles, 'holder.mjs');

/** On `go` takes the folder and says so, or who has it; leaves it when told no more. */
beforeAll(async () => {
  const source = JSON.stringify(fileURLToPath(new URL('./folder-lock.ts', import.meta.url)));
  await build({
    stdin: {
      contents: `import { once } from 'node:events';
import { lockFolder } from ${source};
console.log('ready ' + process.pid);
await once(process.stdin, 'data');
try {
  const leave = lockFolder(process.argv[2], 'lock');
  console.log('holds');
  await once(process.stdin, 'end');
  leave();
} catch (error) {
  console.log('refused ' + error.processId);
  process.exit();
}`,
      resolveDir: '.',
    },
    outfile: script,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
  });
});

interface Holder {
  readonly child: ChildProcessByStdio<Writable, Readable, null>;
  readonly processId: number;
  go(): Promise<string>;
}

/** A process that is about to take the folder. */
async function holder(folder: string, before: readonly string[] = []): Promise<Holder> {
  const [program = '', ...words] = [...before, process.execPath, script, folder];
  const child = spawn(program, words, { stdio: ['pipe', 'pipe', 'inherit'] });
  onTestFinished(() => ended(child));
  const lines = createInterface({ input: child.stdout });
  const processId = Number((await line(lines)).split(' ')[1]);
  return {
    child,
    processId,
    go: () => {
      child.stdin.write('go\n');
      return line(lines);
    },
  };
}

async function line(lines: Interface): Promise<string> {
  return ((await once(lines, 'line')) as [string])[0];
}

async function ended(child: ChildProcess, signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill(signal);
  await exit;
}

test('one process has a folder until it leaves it; who comes is told which', async () => {
  const folder = newFolder();
  const first = await holder(folder);
  expect(await first.go()).toBe('holds');
  expect(() => lockFolder(folder, 'lock')).toThrow(new FolderInUseError(folder, first.processId));
  expect(await (await holder(folder)).go()).toBe(`refused ${first.processId}`);
  expect(readdirSync(folder)).toEqual(['lock.1']);
  const exit = once(first.child, 'exit');
  first.child.stdin.end();
  expect(await exit).toEqual([0, null]);
  expect(readdirSync(folder)).toEqual([]);
});

test('the lock of a killed process holds nobody, also before anyone asks how it ended', async () => {
  const folder = newFolder();
  const killed = await holder(folder);
  expect(await killed.go()).toBe('holds');
  await ended(killed.child);
  expect(readdirSync(folder)).toEqual(['lock.1']);
  // The shell becomes a program that never asks after its children.
  const orphan = await holder(folder, ['bash', '-c', '"$@" <&0 & exec tail -f /dev/null', 'bash']);
  expect(await orphan.go()).toBe('holds');
  expect(readdirSync(folder)).toEqual(['lock.2']);
  process.kill(orphan.processId, 'SIGKILL');
  const state = () => readFileSync(`/proc/${orphan.processId}/stat`, 'latin1');
  await expect.poll(state, { timeout: 10_000, interval: 5 }).toMatch(/\) Z /);
  const leave = lockFolder(folder, 'lock');
  expect(readdirSync(folder)).toEqual(['lock.3']);
  leave();
  expect(readdirSync(folder)).toEqual([]);
});

test('of many at once that find a dead lock exactly one takes the folder', async () => {
  for (let round = 0; round < 3; round++) {
    const folder = newFolder();
    const dead = await holder(folder);
    expect(await dead.go()).toBe('holds');
    await ended(dead.child);
    const many = await Promise.all(Array.from({ length: 6 }, () => holder(folder)));
    const said = await Promise.all(many.map((one) => one.go()));
    const winner = many[said.indexOf('holds')] as Holder;
    expect(said.filter((word) => word !== 'holds')).toEqual(
      Array(5).fill(`refused ${winner.processId}`),
    );
    await Promise.all(many.map(({ child }) => ended(child)));
  }
});

test('a lock in a copy of the folder, a torn one and a draft hold nobody; other files stay', () => {
  const folder = newFolder();
  const leave = lockFolder(folder, 'lock');
  const copy = newFolder();
  writeFileSync(join(copy, 'lock.4'), readFileSync(join(folder, 'lock.1')));
  writeFileSync(join(copy, 'lock.7'), '12');
  writeFileSync(join(copy, 'lock.12.draft'), '');
  writeFileSync(join(copy, 'lock.txt'), '');
  const leaveCopy = lockFolder(copy, 'lock');
  expect(readdirSync(copy).sort()).toEqual(['lock.8', 'lock.txt']);
  leaveCopy();
  leave();
  // Linked in, it is the very file of a holder that is alive.
  const again = lockFolder(folder, 'lock');
  linkSync(join(folder, 'lock.1'), join(copy, 'lock.1'));
  expect(() => lockFolder(copy, 'lock')).toThrow(`${copy}: process ${process.pid} is at work`);
  again();
});

test.each([
  ['lock.1', true],
  ['lock.12.draft', true],
  ['lock', false],
  ['lock.0', false],
  ['lock.1.old', false],
  ['other.1', false],
])('%s is a lock: %s', (file, expected) => {
  expect(isFolderLock(file, 'lock')).toBe(expected);
});
