/** One process at a time in the folder of a study, whatever became of the one before. */

import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { constants, type FileHandle, open } from 'node:fs/promises';
import { afterAll, expect, test } from 'vitest';
import { type Begun, begin, command, Workshop } from './small-studies.test-support.ts';

const shop = new Workshop();
afterAll(() => shop.remove());

/** A rule that waits in its first slot until the gate was opened and closed, where there is a gate. */
const GATED = `import { readFileSync } from 'node:fs';
let gate = process.env.STUDY_GATE;
export default {
  name: 'gated',
  clear: ({ orders }) => {
    if (gate) readFileSync(gate);
    gate = undefined;
    return {
      price: null, priceInterval: null, trades: [], fills: new Map(), volume: 0n,
      unmatched: orders.map(({ id, energy }) => ({ id, energy })),
      payments: new Map(orders.map(({ member }) => [member, 0n])), welfare: 0n, surplus: 0n,
    };
  },
};
`;

/** Of every Unix. */
const MAKE_PIPE = 'mkfifo';

interface Working {
  readonly begun: Begun;
  /** Its first slot waits until this is closed. */
  readonly gate: FileHandle;
}

/** A study in a process of its own that has come to its first slot. */
async function working(words: readonly string[], name: string): Promise<Working> {
  const pipe = shop.path(`${name}.pipe`);
  expect(spawnSync(MAKE_PIPE, [pipe]).status).toBe(0);
  const begun = begin(words, { STUDY_GATE: pipe });
  // A pipe is open for writing as soon as somebody reads it.
  const gate = open(pipe, 'w');
  const failed = begun.ended.then(async ({ status, err }): Promise<never> => {
    const reader = await open(pipe, constants.O_RDONLY | constants.O_NONBLOCK);
    await reader.close();
    throw new Error(`the study ended with ${status} before its first slot: ${err}`);
  });
  return { begun, gate: await Promise.race([gate, failed]) };
}

function locks(study: string): readonly string[] {
  return readdirSync(shop.path(study)).filter((name) => name.startsWith('study.lock'));
}

test('a second study in the folder ends at once and names the first; the first goes on', async () => {
  shop.file('gated.mjs', GATED);
  const scenario = shop.scenario('one-at-a-time', 'market: { mechanism: ./gated.mjs }\n');
  const words = ['simulate', scenario, '--out', shop.path('shared'), '--jobs', '1'];
  const { begun, gate } = await working(words, 'first');
  expect(locks('shared')).toEqual(['study.lock.1']);
  for (const second of [begin(words), begin([...words, '--json'])]) {
    const { status, err } = await second.ended;
    expect({ status, err }).toEqual({
      status: 2,
      err:
        'commonwatt: --out: expected a folder that no other process works in, ' +
        `got ${shop.path('shared')}, where process ${begun.processId} is at work\n`,
    });
  }
  await gate.close();
  expect(await begun.ended).toMatchObject({ status: 0 });
  expect(locks('shared')).toEqual([]);
  expect((await command(words)).status).toBe(0);
});

test('the lock of a killed study holds nobody, and the study comes out as if nothing had been', async () => {
  shop.file('gated.mjs', GATED);
  const scenario = shop.scenario('killed', 'market: { mechanism: ./gated.mjs }\n');
  const words = (out: string) => ['simulate', scenario, '--out', shop.path(out), '--jobs', '1'];
  const { begun, gate } = await working(words('killed'), 'killed');
  begun.kill('SIGKILL');
  expect((await begun.ended).status).toBe(null);
  await gate.close();
  expect(locks('killed')).toEqual(['study.lock.1']);
  expect(await command(words('killed'))).toMatchObject({ status: 0 });
  expect(await command(words('undisturbed'))).toMatchObject({ status: 0 });
  expect(shop.files('killed')).toEqual(shop.files('undisturbed'));
  expect(existsSync(shop.path('killed/study.lock.1'))).toBe(false);
});
