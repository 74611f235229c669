/** The command line as a door: `commonwatt send`, run in this process, many lines at a time. */

import { Readable, Writable } from 'node:stream';
import { toHex } from '@commonwatt/ledger';
import { promise } from '@commonwatt/simulator';
import { main } from 'commonwatt';
import { newFolder } from './children.ts';

const DONE = 0;
const NO = 1;

class Collected extends Writable {
  text = '';
  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString('utf8');
    done();
  }
}

export class CommandDoor {
  readonly #url: string;
  /** Where it keeps the checkpoints it has seen. */
  readonly #home = newFolder('memory');

  constructor(url: string) {
    this.#url = url;
  }

  /** What it says of each transaction: `done` or codes, an action's or the whole one's. */
  async send(transactions: readonly Uint8Array[]): Promise<readonly string[]> {
    const lines = transactions.map((one) => `${toHex(one)}\n`);
    const stdout = new Collected();
    const stderr = new Collected();
    const status = await main(['send', '--json'], {
      stdin: Readable.from([Buffer.from(lines.join(''))], { objectMode: false }),
      stdout,
      stderr,
      isWatched: false,
      environment: { COMMONWATT_NODE: this.#url, COMMONWATT_HOME: this.#home.path },
    });
    const answers = stdout.text.split('\n').slice(0, -1);
    promise(
      answers.length === transactions.length,
      `the command answered ${answers.length} of ${transactions.length} lines: ${stderr.text}`,
    );
    const verdicts = answers.map((line) => {
      const { code, actions } = JSON.parse(line) as { code: string; actions?: readonly string[] };
      return code === 'done' ? (actions ?? []).join(' ') : code;
    });
    const expected = verdicts.every((one) => /^done( done)*$/.test(one)) ? DONE : NO;
    promise(status === expected, `the command ended with ${status} after ${verdicts.join(', ')}`);
    return verdicts;
  }

  close(): void {
    this.#home.remove();
  }
}
