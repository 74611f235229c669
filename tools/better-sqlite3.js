#!/usr/bin/env node
// Builds better-sqlite3, the yardstick of `commonwatt bench settlement`, from its sources into a folder of its
// own below node_modules. Nothing else needs it, and nothing that runs in production loads it.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { ensureInstalled, ROOT } from './install.js';

const LIBRARY = 'better-sqlite3';
const VERSION = '12.11.1';
const SOMETHING_IS_MISSING = 3;
const folder = join(ROOT, 'node_modules', '.cache', 'commonwatt', 'better-sqlite3');

ensureInstalled();
if (whyUnusable() !== undefined) build();
const reason = whyUnusable();
console.error(
  reason === undefined
    ? `${LIBRARY} ${VERSION} is ready in ${folder}`
    : `${LIBRARY} ${VERSION} could not be built: ${reason}`,
);
process.exitCode = reason === undefined ? 0 : SOMETHING_IS_MISSING;

/** Fetches its sources with npm and compiles them. Takes a minute or two. */
function build() {
  mkdirSync(folder, { recursive: true });
  const manifest = { private: true, dependencies: { [LIBRARY]: VERSION } };
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(manifest)}\n`);
  // Node's own headers, where its package brought them, spare a download.
  const prefix = dirname(dirname(process.execPath));
  const headers = existsSync(join(prefix, 'include', 'node', 'node.h'))
    ? { npm_config_nodedir: process.env.npm_config_nodedir ?? prefix }
    : {};
  spawnSync(
    'npm',
    ['install', '--ignore-scripts=false', '--foreground-scripts', '--no-audit', '--no-fund'],
    {
      cwd: folder,
      stdio: ['ignore', 2, 2],
      shell: process.platform === 'win32',
      env: { ...process.env, ...headers, npm_config_build_from_source: 'true' },
    },
  );
}

/** @returns {string | undefined} */
function whyUnusable() {
  try {
    const require = createRequire(join(folder, 'package.json'));
    const { version } = require(`${LIBRARY}/package.json`);
    if (version !== VERSION) return `found ${version}`;
    const Database = require(LIBRARY);
    const database = new Database(':memory:');
    try {
      const { sum } = database.prepare('SELECT 1 + 1 AS sum').get();
      return sum === 2 ? undefined : `expected 2 of 1 + 1, got ${sum}`;
    } finally {
      database.close();
    }
  } catch (error) {
    return error instanceof Error ? error.message.split('\n')[0] : String(error);
  }
}
