import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ROOT } from '../install.js';
import { judgeTrace } from './trace-order.ts';

const MISSING = 3;

/** Runs a campaign as a person would, in its small size. Answers with its exit status and its words. */
function campaign(...words: readonly string[]): Promise<{ status: number; text: string }> {
  const script = join(ROOT, 'tools', 'campaign.js');
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [script, ...words, '--small', '--fresh'],
      { cwd: ROOT },
      (error, out, err) => {
        const status = error === null ? 0 : typeof error.code === 'number' ? error.code : 70;
        resolve({ status, text: `${out}${err}` });
      },
    );
  });
}

/** Each with a fault that it must find. */
const CAMPAIGNS: readonly (readonly [name: string, plant: string])[] = [
  ['crash', 'reply before the write'],
  ['trace', 'skip the sync of the head'],
  ['flips', 'believe the store'],
  ['matrix', 'forget the mandates'],
  ['fuzz', 'take a second encoding'],
  ['http-abuse', 'a handler that throws'],
  ['hardship', 'forget what was acknowledged'],
  ['replay', 'ask for the local hour'],
  ['laws', 'serve the smallest remainder first'],
];

describe.each(CAMPAIGNS)('%s', (name, plant) => {
  test('its promise is kept', async (context) => {
    const { status, text } = await campaign(name);
    if (status === MISSING && process.env.CI !== 'true') context.skip(text);
    expect(status, text).toBe(0);
  });

  test(`it finds a planted fault: ${plant}`, async (context) => {
    const { status, text } = await campaign(name, '--plant', plant);
    if (status === MISSING && process.env.CI !== 'true') context.skip(text);
    expect(status, text).toBe(1);
    expect(text).toContain(`repeat it with: npm run campaign -- ${name} --seed 1`);
  });
});

describe('the order of system calls', () => {
  const block = [
    '7 openat(AT_FDCWD</a>, "/a/ledger/blocks/data.mdb", O_WRONLY|O_DSYNC) = 20</a/ledger/blocks/data.mdb>',
    '7 pwrite64(19</a/ledger/blocks/data.mdb>, "page", 4096, 8192) = 4096',
    '7 fdatasync(19</a/ledger/blocks/data.mdb>) = 0',
    '7 pwrite64(20</a/ledger/blocks/data.mdb>, "root", 120, 0) = 120',
    '8 write(21</a/ledger/head.new>, "commonwatt head 1\\ngenesis 00\\nheight 4\\nhash 00\\n", 200) = 200',
    '8 fsync(21</a/ledger/head.new> <unfinished ...>',
    '8 <... fsync resumed>) = 0',
    '8 rename("/a/ledger/head.new", "/a/ledger/head") = 0',
    '8 fsync(22</a/ledger>) = 0',
  ];
  const reply =
    '7 write(9<TCP:[1]>, "HTTP/1.1 200 OK\\r\\n\\r\\n{\\"transactionId\\":\\"00\\",\\"height\\":4}", 90) = 90';

  test('a reply after all of a block is in order', () => {
    expect(judgeTrace([...block, reply].join('\n'))).toEqual({ replies: 1, heights: 1 });
  });

  // The descriptor's opening is no step of its own: without it, LMDB's root was never synced.
  test.each([0, 1, 2, 3, 4, 6, 7, 8])('without call %d it is not', (at) => {
    const lines = block.filter((_, index) => index !== at);
    expect(() => judgeTrace([...lines, reply].join('\n'))).toThrow('a reply for height 4');
  });

  test('nor is a reply before the folder was synced', () => {
    const lines = [...block.slice(0, -1), reply, ...block.slice(-1)];
    expect(() => judgeTrace(lines.join('\n'))).toThrow('when height -1 was durable');
  });
});
