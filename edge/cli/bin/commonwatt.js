#!/usr/bin/env node
// The `commonwatt` command. It runs the sources of edge/cli as a bundle that is rebuilt whenever a source
// has changed, so that a clone needs no build step and a fresh start costs little more than Node's own.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { bundled } from './bundle.js';

const SOMETHING_IS_MISSING = 3;
const FAULT_OF_THE_PROGRAM = 70;

const root = fileURLToPath(new URL('../../..', import.meta.url)).replace(/[\\/]$/, '');
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);

if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`commonwatt: expected Node 20.19 or newer, got ${process.versions.node}`);
  process.exitCode = SOMETHING_IS_MISSING;
} else if (!existsSync(join(root, 'node_modules', 'esbuild'))) {
  console.error(`commonwatt: nothing is installed yet; run \`npm ci --ignore-scripts\` in ${root}`);
  process.exitCode = SOMETHING_IS_MISSING;
} else {
  await run();
}

async function run() {
  // A reader that has seen enough (`commonwatt trades | head`) ends us quietly.
  process.stdout.on('error', (error) => {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'EPIPE') process.exit(0);
    throw error;
  });
  process.setSourceMapsEnabled(true);
  try {
    const cache = join(root, 'node_modules', '.cache', 'commonwatt', 'cli');
    const folder = await bundled({ root, cache, entry: 'edge/cli/src/main.ts' });
    const { main } = await import(pathToFileURL(join(folder, 'main.js')).href);
    process.exitCode = await main(process.argv.slice(2));
  } catch (error) {
    console.error(error instanceof Error ? (error.stack ?? error.message) : error);
    process.exitCode = FAULT_OF_THE_PROGRAM;
  }
}
