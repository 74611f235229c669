import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The root of the clone. */
export const ROOT = fileURLToPath(new URL('..', import.meta.url)).replace(/[\\/]$/, '');

const OLDEST_NODE = [20, 19];
const SOMETHING_IS_MISSING = 3;

/**
 * Makes node_modules what package-lock.json says, when it is not so already. Needs nothing but Node and npm,
 * runs no install script, and ends the process with status 3 when it cannot.
 */
export function ensureInstalled() {
  refuseOldNode();
  const reason = whyStale();
  if (reason === undefined) return;
  console.error(`installing with npm ci --ignore-scripts: ${reason}`);
  const { status, error } = spawnSync(
    'npm',
    ['ci', '--ignore-scripts', '--no-audit', '--no-fund'],
    {
      cwd: ROOT,
      stdio: ['ignore', 2, 2],
      shell: process.platform === 'win32',
    },
  );
  if (status !== 0) {
    console.error(`npm ci failed: ${error?.message ?? `exit status ${status}`}`);
    process.exit(SOMETHING_IS_MISSING);
  }
}

function refuseOldNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const [oldestMajor = 0, oldestMinor = 0] = OLDEST_NODE;
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return;
  console.error(`expected Node ${OLDEST_NODE.join('.')} or newer, got ${process.versions.node}`);
  process.exit(SOMETHING_IS_MISSING);
}

/**
 * Compares the lock file with the record that npm keeps of what it installed.
 *
 * @returns {string | undefined} the first difference
 */
function whyStale() {
  const record = join(ROOT, 'node_modules', '.package-lock.json');
  if (!existsSync(record)) return 'nothing is installed yet';
  const installed = packagesIn(record);
  for (const [path, wanted] of Object.entries(packagesIn(join(ROOT, 'package-lock.json')))) {
    if (!path.startsWith('node_modules/') && !path.includes('/node_modules/')) continue;
    const found = installed[path];
    if (found === undefined && wanted.optional) continue;
    if (found === undefined || found.version !== wanted.version || found.link !== wanted.link) {
      return `${path} is ${found?.version ?? 'absent'}, the lock file says ${wanted.version}`;
    }
    if (!existsSync(join(ROOT, path))) return `${path} is gone`;
  }
  return undefined;
}

/**
 * @param {string} path
 * @returns {Record<string, { version?: string, optional?: boolean, link?: boolean }>}
 */
function packagesIn(path) {
  return JSON.parse(readFileSync(path, 'utf8')).packages;
}
