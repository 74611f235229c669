/** Runs every line of examples/README.md in a copy of that folder, as a reader would. */

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ROOT } from './install.js';

const EXAMPLES = join(ROOT, 'examples');
const COMMAND = join(ROOT, 'edge/cli/bin/commonwatt.js');
const BACKGROUND = ' &';

let folder = '';
let environment: NodeJS.ProcessEnv = {};
let node: ChildProcess | undefined;

/** The lines of the shell blocks, in order. */
function linesOf(markdown: string): readonly string[] {
  const blocks = [...markdown.matchAll(/^```sh\n([\s\S]*?)^```$/gm)];
  return blocks.flatMap(([, block = '']) => block.trim().split('\n'));
}

/** A port that nothing listened on a moment ago. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'commonwatt-examples-'));
  cpSync(EXAMPLES, join(folder, 'examples'), { recursive: true });
  const port = await freePort();
  const config = join(folder, 'examples/node.yaml');
  writeFileSync(config, readFileSync(config, 'utf8').replace('port: 8080', `port: ${port}`));
  const wrapper = join(folder, 'commonwatt');
  writeFileSync(wrapper, `#!/bin/sh\nexec "${process.execPath}" "${COMMAND}" "$@"\n`);
  chmodSync(wrapper, 0o755);
  environment = {
    ...process.env,
    PATH: `${folder}${delimiter}${process.env.PATH ?? ''}`,
    COMMONWATT_PASSWORD: 'wind over the lagoon',
    COMMONWATT_HOME: join(folder, 'home'),
    COMMONWATT_NODE: `http://127.0.0.1:${port}`,
  };
});
afterAll(async () => {
  await stopNode();
  rmSync(folder, { recursive: true, force: true });
});

async function stopNode(): Promise<void> {
  if (node === undefined || node.exitCode !== null) return;
  node.kill('SIGTERM');
  await once(node, 'exit');
}

/** Resolves once the node says that it answers, with what a stranger would know of its ledger. */
async function started(line: string): Promise<void> {
  const command = `exec ${line.slice(0, -BACKGROUND.length)}`;
  const cwd = join(folder, 'examples');
  const child = spawn('/bin/sh', ['-c', command], { cwd, env: environment, stdio: 'pipe' });
  node = child;
  child.stdout.resume();
  let said = '';
  await new Promise<void>((done, fail) => {
    child.stderr.on('data', (chunk: Buffer) => {
      said += chunk.toString('utf8');
      if (said.includes('answers at')) done();
    });
    child.once('exit', () => fail(new Error(said)));
  });
  const answer = await fetch(`${environment.COMMONWATT_NODE}/api/ledger`);
  const { chain, keys } = (await answer.json()) as { chain: string; keys: string[] };
  environment = { ...environment, CHAIN: chain, VKEY: keys[0] };
}

function ran(line: string): string {
  const cwd = join(folder, 'examples');
  const done = spawnSync('/bin/sh', ['-c', line], { cwd, env: environment, encoding: 'utf8' });
  expect(done.status, `${line}\n${done.stderr}`).toBe(0);
  return done.stdout;
}

/** What a line's output must show, by a word of the line. */
const SHOWN: readonly (readonly [word: string, shown: RegExp])[] = [
  ['uniform < orders.csv', /^104 EUR\/MWh, 5\.1 kWh\n/],
  ['./mine.js --param', /^no one price, 5\.1 kWh\n/],
  ['uniform,./mine.js', /^ +uniform +mine +difference\n[- ]+\nvolume Wh +5100 +5100 +0\n/],
  ['--param k=0', /"mechanism":"uniform"/],
  ['verify < verify-requests', /^(\{"ok":(true|false,"reason":"[^"]+")\}\n){13}$/],
  ['readings detect', /^name: austrian-operator\n/],
  ['austrian-operator --dry-run', /92 of 92 slots[\s\S]*nothing was sent/],
  ['key new', /public key +[0-9a-f]{64}/],
  ['members.csv --dry-run', /nothing was sent: 0 would be enrolled, 4 invited/],
  ['import members.csv --keystore', /(done +http\S+#\/join\?invite=[\s\S]*){4}/],
  ['commonwatt blocks', /what happened/],
  ['commonwatt balance', /proven as of block \d+/],
  ['commonwatt proof', /the proof of member 1 is in proof\.json/],
  ['verify < request', /^\{"ok":true\}\n$/],
  ['commonwatt audit', /clean/],
];

test('every line of the walk works, and shows what it says', async () => {
  const lines = linesOf(readFileSync(join(EXAMPLES, 'README.md'), 'utf8'));
  const asked = new Set(SHOWN);
  for (const line of lines) {
    if (line.endsWith(BACKGROUND)) {
      await started(line);
      continue;
    }
    if (line.includes('commonwatt audit')) await stopNode();
    const out = ran(line);
    for (const one of SHOWN) {
      const [word, shown] = one;
      if (!line.includes(word)) continue;
      expect(out, line).toMatch(shown);
      asked.delete(one);
    }
  }
  expect([...asked]).toEqual([]);
}, 120_000);

test('the configuration is the one that `commonwatt node init` writes', () => {
  ran('commonwatt node init made.yaml');
  const made = readFileSync(join(folder, 'examples/made.yaml'), 'utf8');
  expect(readFileSync(join(EXAMPLES, 'node.yaml'), 'utf8')).toBe(made);
});

test('every file of the folder is in its README', () => {
  const readme = readFileSync(join(EXAMPLES, 'README.md'), 'utf8');
  for (const name of readdirSync(EXAMPLES)) {
    if (name !== 'README.md') expect(readme).toContain(`\`${name}\``);
  }
});
