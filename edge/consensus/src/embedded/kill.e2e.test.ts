import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { Ledger, readGenesis } from '@commonwatt/ledger';
import { build } from 'esbuild';
import { expect, test } from 'vitest';
import { MemoryStorage } from '../memory-storage.ts';
import { newFolder } from '../testing/folders.ts';
import { notebookRules, notes } from '../testing/notebook.ts';
import { crypto, openedLedger } from '../testing/worlds.ts';
import { openLmdbStorage } from './lmdb-storage.ts';

/** More by `KILL_CYCLES=1000`, which takes minutes. */
const CYCLES = Number(process.env.KILL_CYCLES ?? '3');

/** The child as one plain JavaScript file, so that it starts at once. */
async function bundledWriter(): Promise<string> {
  const outfile = join(newFolder(), 'block-writer.mjs');
  await build({
    entryPoints: [fileURLToPath(new URL('../testing/block-writer.ts', import.meta.url))],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    external: ['lmdb'],
    plugins: [
      {
        name: 'lmdb-from-here',
        setup(plugin) {
          plugin.onResolve({ filter: /^lmdb$/ }, () => ({
            path: import.meta.resolve('lmdb'),
            external: true,
          }));
        },
      },
    ],
  });
  return resolve(outfile);
}

/** Runs the writer and kills it -9 after it printed `count` lines. Returns what it acknowledged. */
async function killAfter(script: string, folder: string, count: number) {
  const child = spawn(process.execPath, [script, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  const acknowledged = new Map<string, number>();
  for await (const line of createInterface({ input: child.stdout })) {
    const [key = '', height = ''] = line.split(' ');
    acknowledged.set(key, Number(height));
    if (acknowledged.size === count) child.kill('SIGKILL');
  }
  expect(await exited).toEqual([null, 'SIGKILL']);
  return acknowledged;
}

test(`nothing acknowledged is lost or invented when the process is killed, ${CYCLES} times over`, async () => {
  const script = await bundledWriter();
  const folder = newFolder();
  const acknowledged = new Map<string, number>();
  let heights = 0;
  for (let cycle = 0; cycle < CYCLES; cycle++) {
    const count = 1 + ((cycle * 53 + 17) % 90);
    for (const [key, height] of await killAfter(script, folder, count)) {
      acknowledged.set(key, height);
    }
    const storage = openLmdbStorage(folder);
    const ledger = openedLedger(storage);
    const head = ledger.info().height as number;
    expect(head).toBeGreaterThanOrEqual(heights);
    heights = head;
    const kept = storage.head()?.height as number;
    expect(head - kept).toBeLessThanOrEqual(1);
    for (const [key, height] of acknowledged) {
      expect(height, key).toBeLessThanOrEqual(kept);
      expect(ledger.state.get(notes, key), key).toBeDefined();
    }
    await storage.close();
  }
  expect(acknowledged.size).toBeGreaterThanOrEqual(CYCLES);

  // Executed again from the transactions alone, every block comes out the same.
  const storage = openLmdbStorage(folder, { readOnly: true });
  const again = new Ledger({ crypto, storage: new MemoryStorage(), rules: notebookRules });
  await again.initChain(storage.genesis() as Uint8Array);
  expect(again.genesis).toEqual(readGenesis(storage.genesis() as Uint8Array));
  const stored = openedLedger(storage);
  for (let height = 0; height <= heights; height++) {
    const { header, transactions } = stored.record(height) as NonNullable<
      ReturnType<Ledger['record']>
    >;
    const outcome = await again.finalizeBlock({ height, timeMs: header.timeMs, transactions });
    expect(outcome.header).toEqual(header);
    await again.commit();
  }
  await storage.close();
});
