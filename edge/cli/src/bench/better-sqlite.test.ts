import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { MissingError } from '../terminal/usage-error.ts';
import { loadBetterSqlite, SqliteAccounts } from './better-sqlite.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'commonwatt-yardstick-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function plant(version: string, source: string): void {
  const module = join(folder, 'node_modules', 'better-sqlite3');
  mkdirSync(module, { recursive: true });
  writeFileSync(join(module, 'package.json'), JSON.stringify({ version, main: 'index.js' }));
  writeFileSync(join(module, 'index.js'), source);
}

test('a yardstick that is not there is missing, and how to build it is said', () => {
  expect(() => loadBetterSqlite(folder)).toThrow(MissingError);
  expect(() => loadBetterSqlite(folder)).toThrow(
    `bench settlement: better-sqlite3 12.x is missing (nothing in ${folder}); run \`node tools/better-sqlite3.js\``,
  );
});

test.each([
  ['13.0.0', 'module.exports = class { close() {} };', 'found 13.0.0'],
  [
    '12.9.0',
    'module.exports = class { constructor() { throw new Error("no binding"); } };',
    'no binding',
  ],
])('so is version %s of it that is %s', (version, source, reason) => {
  plant(version, source);
  expect(() => loadBetterSqlite(folder)).toThrow(MissingError);
  expect(() => loadBetterSqlite(folder)).toThrow(reason);
});

test('three statements for each transfer, all of a commit in one durable transaction', () => {
  plant(
    '12.9.0',
    `module.exports = class {
       static log = [];
       pragma(text) { this.constructor.log.push(text); }
       exec() {}
       prepare(sql) {
         const [word] = sql.trim().split(' ');
         return { run: (...values) => this.constructor.log.push([word, ...values].join(' ')), get: () => ({}) };
       }
       transaction(work) {
         return () => { this.constructor.log.push('begin'); work(); this.constructor.log.push('commit'); };
       }
       close() {}
     };`,
  );
  const Database = loadBetterSqlite(folder);
  const accounts = new SqliteAccounts(':memory:', 2, Database);
  accounts.commit([
    { from: 1, to: 2, amount: 5 },
    { from: 2, to: 1, amount: 7 },
  ]);
  const { log } = Database as unknown as { readonly log: readonly string[] };
  expect(log.slice(0, 2)).toEqual(['journal_mode = WAL', 'synchronous = FULL']);
  expect(log.slice(log.lastIndexOf('begin'))).toEqual([
    'begin',
    'UPDATE 5 1',
    'UPDATE 5 2',
    'INSERT 1 2 5',
    'UPDATE 7 2',
    'UPDATE 7 1',
    'INSERT 2 1 7',
    'commit',
  ]);
});
