import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fingerprint } from '../edge/cli/bin/fingerprint.js';
import { ROOT } from './install.js';
import { WALLS } from './walls.js';

const PLACE = join(ROOT, 'edge', 'web', 'dist');
const STAMP = join(PLACE, '.fingerprint');
const CACHE = join(ROOT, 'node_modules', '.cache', 'commonwatt');

/**
 * Builds the web app into edge/web/dist when it is missing or a source of it has changed.
 *
 * The build is made apart and moved to its place whole, so that a node never serves half of one.
 *
 * @returns {boolean} whether the app is there now
 */
export function ensureWebApp() {
  const wanted = stateOfSources();
  if (existsSync(STAMP) && readFileSync(STAMP, 'utf8') === wanted) return true;
  console.error('building the web app');
  const draft = join(CACHE, `web-${process.pid}`);
  const old = join(CACHE, `web-old-${process.pid}`);
  mkdirSync(CACHE, { recursive: true });
  try {
    const vite = join(ROOT, 'node_modules', 'vite', 'bin', 'vite.js');
    const words = [
      vite,
      'build',
      'edge/web',
      '--outDir',
      draft,
      '--emptyOutDir',
      '--logLevel',
      'warn',
    ];
    // Whoever asks for it, a test as well, gets the app that users get.
    const env = { ...process.env, NODE_ENV: 'production' };
    const { status } = spawnSync(process.execPath, words, {
      cwd: ROOT,
      env,
      stdio: ['ignore', 2, 2],
    });
    if (status !== 0) return false;
    writeFileSync(join(draft, '.fingerprint'), wanted);
    if (existsSync(PLACE)) renameSync(PLACE, old);
    renameSync(draft, PLACE);
    return true;
  } finally {
    rmSync(draft, { recursive: true, force: true });
    rmSync(old, { recursive: true, force: true });
  }
}

/** The web app contains its own room and every room that it can reach. */
function stateOfSources() {
  const reached = new Set(['edge/web']);
  for (const room of reached) {
    for (const next of WALLS[room] ?? []) reached.add(next);
  }
  const sources = [...reached].flatMap((room) => (room === 'edge/web' ? room : `${room}/src`));
  return fingerprint(ROOT, [...sources, 'node_modules/.package-lock.json']);
}
