/** Small studies in a folder of their own, for what only the whole command shows. */

import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { main } from '../../main.ts';
import { testTerminal } from '../../terminal/terminal.test-support.ts';

const COMMAND = fileURLToPath(new URL('../../../bin/commonwatt.js', import.meta.url));

/** Four homes, two with roofs, on two feeders, over a day in May. */
const FOUR_HOMES = `schema: commonwatt-scenario/1
name: four-homes
seed: 3
time: { from: "2025-05-05T22:00:00Z", until: "2025-05-06T22:00:00Z" }
tariffs: { supply_ct_per_kwh: 32, feed_in_ct_per_kwh: 8, local_fee_ct_per_kwh: 4 }
market: { mechanism: uniform }
network:
  feeders:
    - { name: north, import_limit_w: 3000, export_limit_w: 2500 }
    - { name: south, import_limit_w: 4000, export_limit_w: 4000 }
members:
  - name: a
    feeder: north
    load: { model: home, annual_kwh: 3600 }
    solar: { model: sun, installed_w: 8000 }
    buy_limit_ct_per_kwh: 26.4
    sell_limit_ct_per_kwh: 10.1
  - { name: b, feeder: south, load: { model: home, annual_kwh: 2900 }, buy_limit_ct_per_kwh: 22.7 }
  - name: c
    feeder: south
    load: { model: home, annual_kwh: 4800 }
    solar: { model: sun, installed_w: 9600, tilt_degrees: 20, azimuth_degrees: 90 }
    buy_limit_ct_per_kwh: 24.9
    sell_limit_ct_per_kwh: 12.6
  - { name: d, feeder: north, load: { model: home, annual_kwh: 1700 }, buy_limit_ct_per_kwh: 19.5 }
`;

export type CsvLine = Readonly<Record<string, string>>;

export class Workshop {
  readonly folder = mkdtempSync(join(tmpdir(), 'studies-'));

  /** Writes a file and answers with its place. */
  file(name: string, text: string): string {
    writeFileSync(this.path(name), text);
    return this.path(name);
  }

  /** The four homes with something changed. */
  scenario(name: string, changes: string): string {
    this.file('four-homes.yaml', FOUR_HOMES);
    return this.file(`${name}.yaml`, `extends: ./four-homes.yaml\nname: ${name}\n${changes}`);
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  /** Every file below a folder of the workshop with its bytes, `without` what is named. */
  files(name: string, without: RegExp = /^environment\.json$/): ReadonlyMap<string, string> {
    const place = this.path(name);
    const found = readdirSync(place, { recursive: true, encoding: 'utf8' })
      .filter((file) => statSync(join(place, file)).isFile() && !without.test(file))
      .sort();
    return new Map(found.map((file) => [file, readFileSync(join(place, file), 'latin1')]));
  }

  /** Rows of a table of a study. No cell of these tests holds a comma. */
  table(study: string, name: string): readonly CsvLine[] {
    const text = readFileSync(join(this.path(study), 'tables', `${name}.csv`), 'utf8');
    const [head = '', ...lines] = text.trimEnd().split('\n');
    const names = head.split(',');
    return lines.map((line) =>
      Object.fromEntries(line.split(',').map((cell, at) => [names[at] as string, cell])),
    );
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 10 });
  }
}

interface Ended {
  readonly status: number | null;
  readonly out: string;
  readonly err: string;
}

/** The command within this process. */
export async function command(words: readonly string[], input = ''): Promise<Ended> {
  const terminal = testTerminal(input);
  const status = await main(words, terminal);
  return { status, out: terminal.out(), err: terminal.err() };
}

export interface Begun {
  readonly processId: number;
  readonly kill: (signal: NodeJS.Signals) => void;
  readonly ended: Promise<Ended>;
}

/** The command in a process of its own, which a program `before` it may start. */
export function begin(
  words: readonly string[],
  environment: NodeJS.ProcessEnv = {},
  before: readonly string[] = [],
): Begun {
  const [program = '', ...rest] = [...before, process.execPath, COMMAND, ...words];
  const child = spawn(program, rest, {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  let err = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    err += text;
  });
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status) => resolve({ status, out, err }));
  });
  const { pid: processId = 0 } = child;
  return { processId, kill: (signal) => child.kill(signal), ended };
}
