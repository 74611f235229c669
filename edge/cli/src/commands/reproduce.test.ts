import type { Experiment } from '@commonwatt/experiments';
import { expect, test } from 'vitest';
import { main } from '../main.ts';
import { testTerminal } from '../terminal/terminal.test-support.ts';
import { reproduce } from './reproduce.ts';

async function run(...words: readonly string[]) {
  const terminal = testTerminal();
  const status = await main(['reproduce', ...words], terminal);
  return { status, out: terminal.out(), err: terminal.err() };
}

test('dplc: ours beside theirs, status 0 with its expected contradictions', async () => {
  const { status, out } = await run('dplc');
  expect(status).toBe(0);
  expect(out).toMatch(/row 1 +D W2 4355 MWh at 4\.5335\/2\.3145 +D W2 4355 MWh at 4\.534\/2\.314/);
  expect(out).toMatch(/row 12 .*contradicts, as expected/);
  expect(out).toMatch(/all \d+ rows came out as expected\n$/);
  const answer = JSON.parse((await run('dplc', '--json')).out);
  expect(answer).toMatchObject({ experiment: 'dplc', asExpected: true });
  expect(answer.parts.length).toBeGreaterThan(4);
});

test('the list, and a name that nobody knows', async () => {
  expect((await run('--list')).out).toMatch(/^dplc: Tian/);
  const listed: unknown[] = JSON.parse((await run('--list', '--json')).out);
  expect(listed).toContainEqual(expect.objectContaining({ name: 'dplc' }));
  expect(listed).toContainEqual(expect.objectContaining({ name: 'gode-sunder' }));
  const unknown = await run('nothing');
  expect(unknown.status).toBe(2);
  expect(unknown.err).toMatch(/reproduce: expected dplc, .*, or --list, got nothing/);
  expect((await run()).status).toBe(2);
});

test('one row that comes out otherwise makes it status 1', async () => {
  const row = { name: 'row', ours: '1', theirs: '2', expected: 'follows', note: '' } as const;
  const experiment: Experiment = {
    name: 'mine',
    paper: 'a paper',
    claim: 'a claim',
    run: () => ({
      experiment: 'mine',
      parts: [{ title: 'part', comparisons: [{ ...row, found: 'contradicts' }] }],
    }),
  };
  const terminal = testTerminal();
  expect(await reproduce(terminal, 'mine', {}, [experiment])).toBe(1);
  expect(terminal.out()).toContain('contradicts, EXPECTED follows');
});

test('a folder of profiles that is not there, or holds none, is bad input', async () => {
  const missing = await run('mid-market-or-auction', '--profiles', 'nowhere');
  expect(missing.status).toBe(2);
  expect(missing.err).toContain('--profiles: expected a folder that is there, got nowhere');
  const empty = await run('mid-market-or-auction', '--profiles', import.meta.dirname);
  expect(empty.status).toBe(2);
  expect(empty.err).toContain('expected 1 to 500 files *.csv, got 0');
  expect((await run('mid-market-or-auction')).status).toBe(2);
});
