import { spawnSync } from 'node:child_process';

/** What tests need of the system, and what they need it for. */
const PROGRAMS = [
  { name: 'chromium', use: 'the tests that drive the web app in a browser' },
  { name: 'strace', use: 'the tests that watch and fail single calls to the disk' },
  { name: 'openssl', use: 'the tests that speak TLS to meters, which need certificates' },
];

/**
 * Installs what is missing with apt-get, where that is possible without asking anybody.
 *
 * @returns {string[]} one sentence for each program that is still missing
 */
export function ensurePrograms() {
  const missing = PROGRAMS.filter(({ name }) => !isThere(name));
  if (missing.length === 0) return [];
  const obstacle = whyNotInstall();
  if (obstacle === undefined) {
    console.error(`installing with apt-get: ${missing.map(({ name }) => name).join(', ')}`);
    aptGet(['update']);
    aptGet(['install', '--yes', '--no-install-recommends', ...missing.map(({ name }) => name)]);
  }
  return missing
    .filter(({ name }) => !isThere(name))
    .map(
      ({ name, use }) => `${name} is missing (${obstacle ?? 'apt-get failed'}); it is for ${use}`,
    );
}

/** @param {string} program */
function isThere(program) {
  return spawnSync(program, ['--version'], { stdio: 'ignore' }).error === undefined;
}

/** @returns {string | undefined} */
function whyNotInstall() {
  if (!isThere('apt-get')) return 'this system has no apt-get';
  if (process.getuid?.() !== 0) return 'only root may install it';
  return undefined;
}

/** @param {string[]} words */
function aptGet(words) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  spawnSync('apt-get', words, { stdio: ['ignore', 2, 2], env });
}
