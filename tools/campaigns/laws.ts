/**
 * The suite draws every law from one seed, so that it says the same of the same sources. Here they are drawn from
 * others, as many as there are cases.
 */

import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { type Campaign, promise } from '@commonwatt/simulator';
import { ROOT } from '../install.js';
import { FAULT_VARIABLE, FAULTS, SEED_VARIABLE } from '../laws.js';
import { newFolder } from './children.ts';

const SMALL = ['kernel/units'];
const WHOLE = ['kernel', 'market', 'edge', 'lab'];
/** A law tried beside other work may take its time. */
const LAW_MS_MAX = 300_000;
const SHOWN_CHARACTERS = 4000;

export const laws: Campaign = {
  name: 'laws',
  promise: 'every law that the unit tests state holds, whatever seed its values are drawn from',
  cases: { whole: 20, small: 1 },
  ofCase: 'one seed for every law there is',
  plants: Object.keys(FAULTS),
  open({ isSmall, plant }) {
    const files = (isSmall ? SMALL : WHOLE).flatMap(lawFiles);
    return Promise.resolve({
      check(_index, random) {
        const tests = tryLaws(files, random.next(), plant);
        return Promise.resolve({ files: files.length, tests });
      },
    });
  },
};

/** Test files that draw values. */
function lawFiles(room: string): string[] {
  return readdirSync(join(ROOT, room), { recursive: true, encoding: 'utf8' })
    .map((file) => join(room, file))
    .filter((file) => /(?<!\.e2e)\.test\.tsx?$/.test(file) && !file.includes('node_modules'))
    .filter((file) => readFileSync(join(ROOT, file), 'utf8').includes("from 'fast-check'"));
}

function tryLaws(files: readonly string[], seed: number, plant: string | undefined): number {
  const folder = newFolder();
  try {
    const place = join(folder.path, 'laws.json');
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [
        join(ROOT, 'node_modules', 'vitest', 'vitest.mjs'),
        ...['run', '--project=unit', '--reporter=default', '--reporter=json'],
        ...[`--outputFile.json=${place}`, `--testTimeout=${LAW_MS_MAX}`, ...files],
      ],
      {
        cwd: ROOT,
        encoding: 'utf8',
        maxBuffer: 2 ** 26,
        env: {
          ...process.env,
          [SEED_VARIABLE]: `${seed}`,
          ...(plant && { [FAULT_VARIABLE]: plant }),
        },
      },
    );
    promise(status === 0, `with the seed ${seed}:\n${failureIn(`${stdout}${stderr}`)}`);
    const { numPassedTests } = JSON.parse(readFileSync(place, 'utf8'));
    promise(numPassedTests >= files.length, `${files.length} files have ${numPassedTests} tests`);
    return numPassedTests;
  } finally {
    folder.remove();
  }
}

/** From the first failure on, without colours. */
function failureIn(text: string): string {
  const plain = stripVTControlCharacters(text);
  const from = Math.max(0, plain.indexOf(' FAIL '));
  return plain.slice(from, from + SHOWN_CHARACTERS);
}
