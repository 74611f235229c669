// `npm run check`: format, lint, types, walls, dead code and tidiness, two steps at a time.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { ensureInstalled, ROOT } from './install.js';
import { runNode } from './processes.js';

const AT_ONCE = 2;
const TYPES_CACHE = 'node_modules/.cache/commonwatt/types';

/** @param {string} project @param {string} cache */
function types(project, cache) {
  const memory = ['--incremental', '--tsBuildInfoFile', `${TYPES_CACHE}/${cache}.tsbuildinfo`];
  return ['node_modules/typescript/bin/tsc', '-p', project, ...memory];
}

/** The longest first, so that the last to finish is a short one. */
const STEPS = [
  { name: 'types: all rooms, their tests, tools', words: types('tsconfig.json', 'node') },
  { name: 'types: web app and its tests', words: types('edge/web/tsconfig.test.json', 'web-test') },
  {
    name: 'dead code',
    words: ['node_modules/knip/bin/knip.js', '--no-progress'],
  },
  {
    name: 'walls',
    words: [
      'node_modules/dependency-cruiser/bin/dependency-cruise.mjs',
      ...['--config', '.dependency-cruiser.js', '--output-type', 'err-long'],
      ...['kernel', 'market', 'edge', 'lab'],
    ],
  },
  {
    name: 'tidy and the drawn graph',
    words: ['node_modules/vitest/vitest.mjs', 'run', '--project', 'house'],
  },
  { name: 'types: above the line, without a host', words: types('tsconfig.above.json', 'above') },
  { name: 'types: web app in the browser', words: types('edge/web/tsconfig.json', 'web') },
  {
    name: 'lint',
    words: [
      ...['node_modules/@biomejs/biome/bin/biome', 'check', '--formatter-enabled=false'],
      ...['--error-on-warnings', '--max-diagnostics=60'],
    ],
  },
  { name: 'format', words: ['node_modules/@biomejs/biome/bin/biome', 'format'] },
];

ensureInstalled();
mkdirSync(join(ROOT, TYPES_CACHE), { recursive: true });
const started = performance.now();
const waiting = [...STEPS];
/** @type {string[]} */
const failed = [];

async function work() {
  for (let step = waiting.shift(); step !== undefined; step = waiting.shift()) {
    const { status, output, seconds } = await runNode(step.words);
    console.log(
      `${status === 0 ? 'ok  ' : 'FAIL'} ${seconds.toFixed(1).padStart(5)} s  ${step.name}`,
    );
    if (status !== 0) {
      failed.push(step.name);
      console.log(output.replace(/^/gm, '       '));
    }
  }
}

await Promise.all(Array.from({ length: AT_ONCE }, work));
const seconds = ((performance.now() - started) / 1000).toFixed(1);
console.log(
  failed.length === 0
    ? `check: all ${STEPS.length} steps in order after ${seconds} s`
    : `check: ${failed.length} of ${STEPS.length} steps failed after ${seconds} s: ${failed.join('; ')}`,
);
process.exitCode = failed.length === 0 ? 0 : 1;
