/**
 * The yardstick of settlement: better-sqlite3, the library that a builder of such a service takes today.
 * It is compiled, so the project does not depend on it; `node tools/better-sqlite3.js` builds it.
 */

import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MissingError } from '../terminal/usage-error.ts';

const LIBRARY = 'better-sqlite3';
const VERSION = '12.';
const FOLDER = fileURLToPath(
  new URL('../../../../node_modules/.cache/commonwatt/better-sqlite3', import.meta.url),
);

interface Statement {
  run(...values: readonly unknown[]): unknown;
  get(...values: readonly unknown[]): unknown;
}

/** As much of the library as the bench uses. */
interface Database {
  pragma(text: string): unknown;
  exec(sql: string): unknown;
  prepare(sql: string): Statement;
  transaction(work: () => void): () => void;
  close(): void;
}

type OpenDatabase = new (path: string) => Database;

/**
 * @param folder the one in which npm installed it; `COMMONWATT_BETTER_SQLITE3` names another one
 * @throws MissingError where it is not built
 */
export function loadBetterSqlite(
  folder: string = process.env.COMMONWATT_BETTER_SQLITE3 ?? FOLDER,
): OpenDatabase {
  const missing = (why: string) =>
    new MissingError(
      `bench settlement: better-sqlite3 ${VERSION}x is missing (${why}); ` +
        'run `node tools/better-sqlite3.js`',
    );
  const manifest = join(folder, 'node_modules', LIBRARY, 'package.json');
  if (!existsSync(manifest)) throw missing(`nothing in ${folder}`);
  const require = createRequire(join(folder, 'package.json'));
  const { version } = require(`${LIBRARY}/package.json`) as { readonly version: string };
  if (!version.startsWith(VERSION)) throw missing(`found ${version}`);
  const Database = require(LIBRARY) as OpenDatabase;
  try {
    // The compiled part is loaded when the first database is opened.
    new Database(':memory:').close();
  } catch (error) {
    throw missing((error as Error).message);
  }
  return Database;
}

export interface Transfer {
  readonly from: number;
  readonly to: number;
  readonly amount: number;
}

/** Accounts and a journal of transfers in one file: write-ahead log, every commit synced. */
export class SqliteAccounts {
  readonly #database: Database;
  readonly #debit: Statement;
  readonly #credit: Statement;
  readonly #journal: Statement;

  constructor(path: string, accounts: number, Database: OpenDatabase) {
    const database = new Database(path);
    database.pragma('journal_mode = WAL');
    database.pragma('synchronous = FULL');
    database.exec(`
      CREATE TABLE accounts (id INTEGER PRIMARY KEY, balance INTEGER NOT NULL) STRICT;
      CREATE TABLE transfers (
        id INTEGER PRIMARY KEY, payer INTEGER NOT NULL, payee INTEGER NOT NULL, amount INTEGER NOT NULL
      ) STRICT;`);
    const open = database.prepare('INSERT INTO accounts (id, balance) VALUES (?, ?)');
    database.transaction(() => {
      for (let id = 1; id <= accounts; id++) open.run(id, 1_000_000_000_000);
    })();
    this.#database = database;
    this.#debit = database.prepare('UPDATE accounts SET balance = balance - ? WHERE id = ?');
    this.#credit = database.prepare('UPDATE accounts SET balance = balance + ? WHERE id = ?');
    this.#journal = database.prepare(
      'INSERT INTO transfers (payer, payee, amount) VALUES (?, ?, ?)',
    );
  }

  /** All of them in one transaction, durable when this returns. */
  commit(transfers: readonly Transfer[]): void {
    this.#database.transaction(() => {
      for (const { from, to, amount } of transfers) {
        this.#debit.run(amount, from);
        this.#credit.run(amount, to);
        this.#journal.run(from, to, amount);
      }
    })();
  }

  /** Money in all accounts, and transfers in the journal. */
  sums(): { readonly balance: number; readonly transfers: number } {
    const sums = this.#database.prepare(
      'SELECT (SELECT sum(balance) FROM accounts) AS balance, (SELECT count(*) FROM transfers) AS transfers',
    );
    return sums.get() as { balance: number; transfers: number };
  }

  close(): void {
    this.#database.close();
  }
}
