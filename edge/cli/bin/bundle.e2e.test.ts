import { execFile } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { bundled } from './bundle.js';

const run = promisify(execFile);
const bundler = fileURLToPath(new URL('./bundle.js', import.meta.url));
const entry = 'edge/cli/src/main.ts';

let root: string;
let cache: string;

beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'commonwatt-bundle-')));
  cache = join(root, 'node_modules', '.cache', 'cli');
  write('package.json', JSON.stringify({ workspaces: ['kernel/units', 'edge/cli', 'edge/web'] }));
  write(
    'kernel/units/package.json',
    JSON.stringify({
      name: '@commonwatt/units',
      exports: { '.': './src/index.ts', './text': './src/text.ts' },
    }),
  );
  write('kernel/units/src/index.ts', 'export const amount: bigint = 5n;\n');
  write('kernel/units/src/text.ts', "export const unit: string = 'Wh';\n");
  write('edge/cli/package.json', JSON.stringify({ name: 'commonwatt' }));
  write(
    entry,
    `import { amount } from '@commonwatt/units';
export const place: string = import.meta.url;
export async function main(): Promise<string> {
  const { unit } = await import('@commonwatt/units/text');
  return \`\${amount} \${unit}\`;
}
`,
  );
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

test('rooms run from their TypeScript, through what they export', async () => {
  const folder = await bundled({ root, cache, entry });
  expect(await mainOf(folder)).toBe('5 Wh');
});

test('unchanged sources are not bundled twice', async () => {
  const first = await bundled({ root, cache, entry });
  const before = statSync(join(first, 'main.js'), { bigint: true }).mtimeNs;
  expect(await bundled({ root, cache, entry })).toBe(first);
  expect(statSync(join(first, 'main.js'), { bigint: true }).mtimeNs).toBe(before);
});

test('a changed source of any room is seen', async () => {
  const first = await bundled({ root, cache, entry });
  write('kernel/units/src/text.ts', "export const unit: string = 'kilowatt-hours';\n");
  const second = await bundled({ root, cache, entry });
  expect(second).not.toBe(first);
  expect(await mainOf(second)).toBe('5 kilowatt-hours');
  expect(await mainOf(first), 'a running process keeps its pieces').toBe('5 Wh');
});

test('a changed test is no reason to bundle again', async () => {
  const first = await bundled({ root, cache, entry });
  write('kernel/units/src/index.test.ts', 'export {};\n');
  expect(await bundled({ root, cache, entry })).toBe(first);
});

test('processes that start at once all run, and leave one bundle', async () => {
  const script = `
    import { bundled } from ${JSON.stringify(pathToFileURL(bundler).href)};
    const folder = await bundled(${JSON.stringify({ root, cache, entry })});
    const { main } = await import(folder + '/main.js');
    console.log(await main());
  `;
  const started = Array.from({ length: 4 }, () =>
    run(process.execPath, ['--input-type=module', '--eval', script]),
  );
  const outputs = (await Promise.all(started)).map(({ stdout }) => stdout.trim());
  expect(outputs).toEqual(['5 Wh', '5 Wh', '5 Wh', '5 Wh']);
  expect(readdirSync(cache)).toHaveLength(1);
});

test('a source finds files beside itself', async () => {
  const folder = await bundled({ root, cache, entry });
  const place = await evaluate(folder, 'console.log(bundle.place);');
  expect(place).toBe(pathToFileURL(join(root, entry)).href);
});

test('a fault is told with the line of the source', async () => {
  write(
    entry,
    `type Unused = string;

export async function main(): Promise<never> {
  throw new Error('planted');
}
`,
  );
  const folder = await bundled({ root, cache, entry });
  const stack = await evaluate(
    folder,
    'await bundle.main().catch((error) => console.log(error.stack));',
  );
  expect(stack).toContain(`${join(root, entry)}:4:9`);
});

test('an import past the exports of a room is refused by name', async () => {
  write(entry, "export { amount } from '@commonwatt/units/src/index.ts';\n");
  await expect(bundled({ root, cache, entry })).rejects.toThrow(
    '@commonwatt/units/src/index.ts: no room exports this',
  );
  expect(readdirSync(cache), 'a failed bundle leaves nothing behind').toEqual([]);
});

function write(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

/** What the bundle answers in a process of its own. */
async function mainOf(folder: string): Promise<string> {
  return evaluate(folder, 'console.log(await bundle.main());');
}

async function evaluate(folder: string, script: string): Promise<string> {
  const file = JSON.stringify(pathToFileURL(join(folder, 'main.js')).href);
  const text = `process.setSourceMapsEnabled(true); const bundle = await import(${file}); ${script}`;
  const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', text]);
  return stdout.trim();
}
