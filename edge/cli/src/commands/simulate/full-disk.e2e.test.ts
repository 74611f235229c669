/** A disk that takes no more in the middle of a study: one line, nothing half, and it goes on. */

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmdirSync, rmSync, statSync } from 'node:fs';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { type Begun, begin, command, Workshop } from './small-studies.test-support.ts';

const shop = new Workshop();
afterAll(() => shop.remove());

const KEPT = 'Every run that is finished is kept: once that is mended, the same command goes on';
/** Pages of a ledger's store, and what differs from one machine to another. */
const OF_THE_MACHINE = /^environment\.json$|\/ledger\//;

const LEDGERS = ['off', 'embedded'] as const;
type Kept = (typeof LEDGERS)[number];

/** Studies that nothing disturbed, by their ledger. */
const whole = new Map<Kept, ReadonlyMap<string, string>>();

function words(ledger: Kept, study: string, jobs = '1'): readonly string[] {
  const scenario = shop.path(`${ledger}.yaml`);
  return ['simulate', scenario, '--out', shop.path(study), '--jobs', jobs];
}

function files(study: string): ReadonlyMap<string, string> {
  if (!existsSync(shop.path(study))) return new Map();
  return shop.files(study, OF_THE_MACHINE);
}

function finishedRuns(study: ReadonlyMap<string, string>): number {
  return [...study.keys()].filter((name) => name.endsWith('/result.json')).length;
}

beforeAll(async () => {
  for (const ledger of LEDGERS) {
    shop.scenario(ledger, `ledger: ${ledger}\nsweep: { seeds: 2 }\n`);
    const { status, err } = await begin(words(ledger, `whole-${ledger}`)).ended;
    expect(status, err).toBe(0);
    whole.set(ledger, files(`whole-${ledger}`));
  }
});

interface Stopped {
  readonly ledger: Kept;
  readonly study: string;
  readonly ended: Awaited<Begun['ended']>;
  /** What the system says. */
  readonly reason: string;
}

/** Ended with one line that names a file; what stands is what stands in the undisturbed study. Returns the file. */
function demandStopped({ ledger, study, ended: { status, out, err }, reason }: Stopped): string {
  expect({ status, out }, err).toEqual({ status: 3, out: '' });
  const lines = err.split('\n').filter((line) => line.startsWith('commonwatt: '));
  expect(lines, err).toHaveLength(1);
  const [line = ''] = lines;
  expect(line).toContain(reason);
  expect(line).toContain(KEPT);
  for (const [name, content] of files(study)) {
    expect(content === whole.get(ledger)?.get(name), `${name}: half or another`).toBe(true);
  }
  return (
    line
      .slice('commonwatt: '.length)
      .split(': ')[0]
      ?.slice(shop.path(study).length + 1) ?? ''
  );
}

async function demandGoesOn(ledger: Kept, study: string): Promise<void> {
  expect(await command(words(ledger, study))).toMatchObject({ status: 0 });
  expect(files(study)).toEqual(whole.get(ledger));
}

/** The longest file of the undisturbed study whose name begins with `place`, in KiB. */
function longest(place: string): number {
  const names = [...(whole.get('off')?.keys() ?? [])].filter((name) => name.startsWith(place));
  return Math.max(...names.map((name) => statSync(shop.path(`whole-off/${name}`)).size)) / 1024;
}

test.each([
  { place: 'runs/', jobs: '2', limit: () => longest('runs/') / 2, finished: 0 },
  { place: 'tables/', jobs: '1', limit: () => between('runs/', 'tables/'), finished: 2 },
  { place: 'report', jobs: '1', limit: () => between('tables/', 'report'), finished: 2 },
])('a file below $place may not grow so long, with $jobs at work', async (row) => {
  const { place, jobs, limit, finished } = row;
  const study = `limited-${place.replace('/', '')}`;
  const limited = ['bash', '-c', `ulimit -f ${Math.round(limit())}; exec "$@"`, 'limited'];
  const ended = await begin(words('off', study, jobs), {}, limited).ended;
  const reason = 'the file may not grow longer on this machine (EFBIG';
  expect(demandStopped({ ledger: 'off', study, ended, reason })).toContain(place);
  expect(finishedRuns(files(study))).toBe(finished);
  await demandGoesOn('off', study);
});

function between(shorter: string, longer: string): number {
  return (longest(shorter) + longest(longer)) / 2;
}

test.for([
  { ledger: 'off', kibibytes: 4, finished: 0 },
  { ledger: 'off', kibibytes: 300, finished: 1 },
  // Where its store begins, and in a block.
  { ledger: 'embedded', kibibytes: 12, finished: 0 },
  { ledger: 'embedded', kibibytes: 200, finished: 0 },
] as const)('a disk of $kibibytes KiB, ledger $ledger', async (row, context) => {
  const { ledger, kibibytes, finished } = row;
  const study = `disk-${ledger}-${kibibytes}`;
  const disk = shop.path(study);
  mkdirSync(disk);
  const mount = (options: string) =>
    spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', disk]).status;
  if (mount(`size=${kibibytes}k`) !== 0) return context.skip('only root may mount a disk');
  onTestFinished(() => {
    spawnSync('umount', [disk]);
  });
  const ended = await begin(words(ledger, study)).ended;
  demandStopped({ ledger, study, ended, reason: 'the disk is full' });
  expect(finishedRuns(files(study))).toBe(finished);
  expect(mount('remount,size=65536k')).toBe(0);
  await demandGoesOn(ledger, study);
});

test.each(['runs', 'tables', 'tables/slots.csv', 'figures', 'report.html'])(
  'something else stands where the study writes %s: one line, and it goes on when that is gone',
  async (name) => {
    const study = `blocked-${name.replaceAll(/\W/g, '-')}`;
    const place = shop.path(`${study}/${name}`);
    mkdirSync(shop.path(`${study}/runs`), { recursive: true });
    if (name === 'runs') rmdirSync(place);
    // A file in place of a folder, or a folder in place of a file, stops root as well.
    if (/\./.test(name)) mkdirSync(`${place}/mine`, { recursive: true });
    else shop.file(`${study}/${name}`, 'mine');
    const ended = await command(words('off', study));
    expect(ended.status, ended.err).toBe(3);
    expect(ended.err).toContain(`commonwatt: ${place}`);
    rmSync(place, { recursive: true });
    await demandGoesOn('off', study);
  },
);

test('a disk that may only be read', async (context) => {
  const study = 'read-only';
  const disk = shop.path(study);
  mkdirSync(disk);
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'ro', 'tmpfs', disk]).status !== 0) {
    return context.skip('only root may mount a disk');
  }
  onTestFinished(() => {
    spawnSync('umount', [disk]);
  });
  const { status, err } = await command(words('off', study));
  expect({ status, err }).toEqual({
    status: 2,
    err: `commonwatt: --out: expected a folder that can be written, got EROFS: read-only file system, access '${disk}'\n`,
  });
});
