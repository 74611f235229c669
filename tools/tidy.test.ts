import { execFileSync } from 'node:child_process';
import { transformSync } from 'esbuild';
import { describe, expect, test } from 'vitest';
import { ROOT } from './install.js';
import { missingEntries } from './lock.js';
import { impurities, WAITS } from './purity.js';
import { projectFiles, readProjectFile, readRooms } from './sources.js';
import { WALLS } from './walls.js';

const FILE_LINES_MAX = 500;
const TEST_LINES_MAX = 800;
const CODE = /\.(?:ts|tsx|js|cjs|mjs)$/;
const TEST = /\.test\.tsx?$/;
const TEST_SUPPORT = /\/testing\/|\.test-support\.ts$/;
const BINARY = /\.(?:png|ico|woff2|bin|gz)$/;

/** Sources above the line that have no test beside them, each with its reason. */
const TESTED_ELSEWHERE: Readonly<Record<string, string>> = {
  'kernel/ledger/src/object-rows.ts': 'state.test.ts holds the state to a plain model through them',
  'kernel/ledger/src/row-groups.ts': 'state.test.ts holds groups to a plain model',
  'kernel/ledger/src/row-tallies.ts': 'tally.test.ts holds tallies to a plain model through them',
  'kernel/ledger/src/table.ts': 'state.test.ts is about tables',
  'market/contracts/src/action-types.ts': 'execution/execution.test.ts holds every number',
  'market/contracts/src/events.ts': 'execution/execution.test.ts holds every number',
  'market/contracts/src/refusals.ts': 'execution/execution.test.ts holds every number, both ways',
  'market/contracts/src/genesis-parameters.ts': 'identity/module.test.ts begins ledgers from them',
  'market/contracts/src/parameters.ts': 'identity/module.test.ts begins ledgers from them',
  'market/contracts/src/execution/market-by-meters.ts': 'market/zones.test.ts clears by it',
  'market/mechanisms/src/book.ts': 'uniform-price.test.ts and clear-lines.test.ts are about it',
  'market/mechanisms/src/auctions/list.ts': 'properties.test.ts runs every line of it',
  'market/mechanisms/src/continuous/list.ts': 'properties.test.ts runs every line of it',
  'market/mechanisms/src/matching/list.ts': 'properties.test.ts runs every line of it',
  'market/mechanisms/src/network/list.ts': 'properties.test.ts runs every line of it',
  'market/mechanisms/src/sharing/list.ts': 'properties.test.ts runs every line of it',
};

/** Kinds of source that the other tests of their folder exercise; such a test must be there. */
const TESTED_WITHIN_FOLDER: readonly (readonly [kind: RegExp, reason: string])[] = [
  [/^market\/contracts\/src\/[^/]+\/messages\.ts$/, 'every test of a handler encodes them'],
  [/^market\/contracts\/src\/[^/]+\/state\.ts$/, 'every test of a handler reads and writes it'],
];

/** Sources above the line that may wait, each with its reason. The state machine itself never does. */
const MAY_WAIT: Readonly<Record<string, string>> = {
  'kernel/ledger/src/audit.ts':
    'it drives the Application port of the ledger, which may answer later',
  'kernel/ledger/src/verdicts.ts': 'it asks the host, which may verify signatures on other threads',
  'kernel/ledger/src/ledger.ts':
    'the Application port answers later, for the host may verify signatures on other threads',
};

/** Longer than the limit, each with its reason. */
const LONG: Readonly<Record<string, string>> = {};

/** A package that some other platform needs and this one does not. */
const LOCKED_ELSEWHERE = 'node_modules/@biomejs/cli-win32-x64';

const files = projectFiles();
const code = files.filter((path) => CODE.test(path));
const aboveTheLine = code.filter(
  (path) =>
    /^(?:kernel|market)\/[^/]+\/src\//.test(path) && !TEST.test(path) && !TEST_SUPPORT.test(path),
);
const texts = files.filter((path) => !BINARY.test(path));

describe('above the line', () => {
  test('nothing knows the clock, chance, the host or a float', () => {
    const found = aboveTheLine.flatMap((path) =>
      impurities(path, readProjectFile(path)).filter(
        (complaint) => !(path in MAY_WAIT && complaint.includes(WAITS)),
      ),
    );
    expect(found).toEqual([]);
  });

  test.each([
    'const now = Date.now();',
    'const now = new Date(0);',
    'const lot = Math.random();',
    'const root = Math.sqrt(2);',
    'names.sort((a, b) => a.localeCompare(b));',
    'const text = amount.toLocaleString();',
    'const text = new Intl.NumberFormat().format(1);',
    'const price = 0.5;',
    'const price = 1e-3;',
    'const price = Number.parseFloat(text);',
    'const bytes = Buffer.from(text);',
    'setTimeout(close, 1000);',
    'console.log(1);',
    'const home = process.env.HOME;',
    'const home = globalThis.process;',
    'const box = { console };',
    'crypto.subtle.digest(name, bytes);',
    'async function load() {}',
    'const load = async () => 1;',
    'const letters = /\\p{L}/u;',
  ])('the rule fails on a planted `%s`', (line) => {
    expect(impurities('planted.ts', `${line}\n`)).toHaveLength(1);
  });

  test.each([
    '/** Not Date, not Math.random. */ const text = "Date 0.5 console";',
    'function at(process: string, options: { fetch: string }) { return options.fetch; }',
    'const half = Math.floor(count / 2);',
    'const million = 1_000_000n;',
    'const hash = (crypto: Crypto, bytes: Uint8Array) => crypto.sha256(bytes);',
    'const verify = ({ crypto }: World) => crypto;',
    'interface Crypto { sha256(bytes: Uint8Array): Uint8Array; crypto: string }',
  ])('the rule lets `%s` pass', (line) => {
    expect(impurities('planted.ts', `${line}\n`)).toEqual([]);
  });

  test('every source has a test beside it, or a reason', () => {
    const tests = files.filter((path) => TEST.test(path));
    const missing = aboveTheLine.filter(
      (path) =>
        hasCodeOfItsOwn(path) && !(path in TESTED_ELSEWHERE) && !isTestedBeside(path, tests),
    );
    expect(
      missing,
      'write <name>.test.ts beside it, or give the reason in tools/tidy.test.ts',
    ).toEqual([]);
  });
});

describe('rooms', () => {
  test('none is called utils, common, core, shared or types', () => {
    const named = files.filter((path) =>
      /(?:^|\/)(?:utils?|common|core|shared|types|helpers?|misc)(?:\/|\.[jt]sx?$)/.test(path),
    );
    expect(named, 'name it after the idea it holds').toEqual([]);
  });

  test('each declares only what its wall allows', () => {
    for (const { room, dependencies } of readRooms()) {
      expect(WALLS, `give ${room} its wall in tools/walls.js`).toHaveProperty([room]);
      expect(WALLS[room], `${room}/package.json`).toEqual(
        expect.arrayContaining([...dependencies]),
      );
    }
  });

  test('each of kernel and market depends on rooms alone', () => {
    for (const { room, dependencies } of readRooms().filter((each) => /^[km]/.test(each.room))) {
      const manifest = JSON.parse(readProjectFile(`${room}/package.json`));
      expect(Object.keys(manifest.dependencies ?? {}), room).toHaveLength(dependencies.length);
      expect(manifest.devDependencies, room).toBeUndefined();
    }
  });
});

describe('files', () => {
  test('hold one idea: no file is longer than a sitting', () => {
    const long = code.filter((path) => {
      const limit = TEST.test(path) ? TEST_LINES_MAX : FILE_LINES_MAX;
      return lineCount(readProjectFile(path)) > limit && !(path in LONG);
    });
    expect(long, `split what is over ${FILE_LINES_MAX} lines (a test: ${TEST_LINES_MAX})`).toEqual(
      [],
    );
  });

  test('no list of exceptions names a file that is gone', () => {
    for (const path of [TESTED_ELSEWHERE, MAY_WAIT, LONG].flatMap(Object.keys)) {
      expect(files).toContain(path);
    }
  });

  test.each([
    [/\b(?:test|it|describe|suite)(?:\.\w+)*\.only\b/, 'the whole suite'],
    [/\b(?:test|it|describe|suite)(?:\.\w+)*\.(?:skip|todo|fails)\b/, "context.skip('the reason')"],
    [/@ts-(?:ignore|nocheck)/, 'types that hold'],
    [/\bas any\b/, 'unknown and a check'],
    [new RegExp(`\\b(?:TO${'DO'}|FIX${'ME'}|XX${'X'})\\b`), 'an issue, or the work itself'],
  ])('no source holds %s', (pattern, instead) => {
    const found = matches(code.filter(isNotThisFile), pattern);
    expect(found, `use ${instead}`).toEqual([]);
  });

  test.each([
    [
      /(?:^|[\s"'`(=:])\/(?:work|root|home\/[a-z]+|Users\/[A-Za-z]+|tmp\/bash)\//,
      'the path of a machine',
    ],
    [/\b[A-Za-z]:\\Users\\/, 'the path of a machine'],
    [/\b(?:10\.\d+|192\.168|172\.(?:1[6-9]|2\d|3[01]))\.\d+\.\d+:\d+/, 'a private address'],
    [/https?:\/\/[\w.-]+\.(?:internal|corp|lan|local|intranet)\b/, 'a private host'],
    [/\.\.\/shared\/(?!papers|data|vectors)\w+/, 'a folder that is not published'],
  ])('nothing names %s', (pattern, what) => {
    expect(matches(texts.filter(isNotThisFile), pattern), what).toEqual([]);
  });

  test('a conditional test says what it waits for', () => {
    const silent = code
      .filter((path) => TEST.test(path) && isNotThisFile(path))
      .filter((path) => !readProjectFile(path).includes('shared/'));
    const found = matches(silent, /\b(?:test|it|describe|suite)(?:\.\w+)*\.(?:skipIf|runIf)\b/);
    expect(found, "use context.skip('the reason')").toEqual([]);
  });

  test('the lock file names no registry', () => {
    const { packages } = JSON.parse(readProjectFile('package-lock.json'));
    const named = Object.entries<{ resolved?: string }>(packages).filter(
      ([, entry]) => entry.resolved !== undefined && /^[a-z+]+:/.test(entry.resolved),
    );
    expect(named, 'npm install with omit-lockfile-registry-resolved=true').toEqual([]);
  });

  test('the lock file is one that npm ci takes, on every platform', () => {
    const { packages } = JSON.parse(readProjectFile('package-lock.json'));
    expect(Object.keys(missingEntries(packages)), 'run `node tools/lock.js`').toEqual([]);
    const { [LOCKED_ELSEWHERE]: _gone, ...incomplete } = packages;
    expect(Object.keys(missingEntries(incomplete))).toEqual([LOCKED_ELSEWHERE]);
  });

  test('the licence is there, and every room carries it', () => {
    const licence = readProjectFile('LICENSE');
    expect(licence).toContain('Apache License');
    expect(licence).toContain('9. Accepting Warranty or Additional Liability.');
    for (const { room } of readRooms()) {
      expect(JSON.parse(readProjectFile(`${room}/package.json`)).license, room).toBe('Apache-2.0');
    }
  });

  test('programs that are started directly may be executed', () => {
    const listing = execFileSync(
      'git',
      ['ls-files', '--stage', 'edge/cli/bin/commonwatt.js', '.ci/run'],
      {
        cwd: ROOT,
        encoding: 'utf8',
      },
    );
    expect(listing.match(/^100755 /gm)).toHaveLength(2);
  });
});

function isNotThisFile(path: string): boolean {
  return path !== 'tools/tidy.test.ts';
}

function lineCount(text: string): number {
  return text.split('\n').length - 1;
}

function matches(paths: readonly string[], pattern: RegExp): string[] {
  return paths.flatMap((path) =>
    readProjectFile(path)
      .split('\n')
      .flatMap((line, index) =>
        pattern.test(line) ? [`${path}:${index + 1}: ${line.trim()}`] : [],
      ),
  );
}

/** Types and re-exports leave nothing behind to test. */
function hasCodeOfItsOwn(path: string): boolean {
  const { code: plain } = transformSync(readProjectFile(path), {
    loader: 'ts',
    legalComments: 'none',
  });
  const own = plain
    .replaceAll(/^(?:import|export)\s[^;]*?from\s*["'][^"']+["'];?$/gm, '')
    .replaceAll(/^export\s*\{\s*\};?$/gm, '');
  return own.trim() !== '';
}

/** A test of the same name, or another test in the same folder that imports or exercises the file. */
function isTestedBeside(path: string, tests: readonly string[]): boolean {
  const folder = path.slice(0, path.lastIndexOf('/') + 1);
  const name = path.slice(folder.length);
  const beside = tests.filter(
    (test) => test.startsWith(folder) && !test.slice(folder.length).includes('/'),
  );
  if (TESTED_WITHIN_FOLDER.some(([kind]) => kind.test(path))) return beside.length > 0;
  return beside.some(
    (test) =>
      test === path.replace(/\.ts$/, '.test.ts') || readProjectFile(test).includes(`'./${name}'`),
  );
}
