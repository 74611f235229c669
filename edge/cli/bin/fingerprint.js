import { createHash } from 'node:crypto';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

const TEST_FILE = /\.test(?:-support)?\.tsx?$/;
const SKIPPED_FOLDERS = new Set(['node_modules', 'dist']);

/**
 * A name for the present state of the files at or below `paths`: the hash of every file's path, size and
 * time of change. It reads no contents, so that asking "is this still fresh?" costs a few milliseconds
 * at every start. Tests are left out, for no build contains them; a path that is absent counts as absent.
 *
 * @param {string} root the folder that `paths` are relative to
 * @param {readonly string[]} paths files or folders
 * @param {string} [setting] anything else that the build depends on
 * @returns {string} 24 hex digits
 */
export function fingerprint(root, paths, setting = '') {
  const hash = createHash('sha256').update(`${root}\n${setting}\n`);
  for (const path of paths) addTo(hash, root, path);
  return hash.digest('hex').slice(0, 24);
}

/**
 * @param {import('node:crypto').Hash} hash
 * @param {string} root
 * @param {string} path
 */
function addTo(hash, root, path) {
  const stat = statSync(join(root, path), { bigint: true, throwIfNoEntry: false });
  if (stat === undefined) {
    hash.update(`${path} absent\n`);
  } else if (!stat.isDirectory()) {
    hash.update(`${path} ${stat.size} ${stat.mtimeNs}\n`);
  } else {
    for (const name of readdirSync(join(root, path)).sort()) {
      if (!TEST_FILE.test(name) && !SKIPPED_FOLDERS.has(name)) addTo(hash, root, `${path}/${name}`);
    }
  }
}
