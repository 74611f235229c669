// Completes package-lock.json: `node tools/lock.js`, after `npm install` has changed it.
//
// A registry that does not offer a package for some other platform makes npm leave that package out of the
// lock file, and `npm ci` then refuses the whole file. The entries are put back from what their parents
// declare. They have no integrity hash until npm installs them on their own platform.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ROOT } from './install.js';

const SYSTEMS = ['android', 'darwin', 'freebsd', 'openharmony', 'linux', 'win32'];
const PROCESSORS = ['ppc64', 'riscv64', 's390x', 'arm64', 'arm', 'ia32', 'x64'];

/**
 * @typedef {object} Entry
 * @property {string} [version]
 * @property {string} [license]
 * @property {boolean} [dev]
 * @property {boolean} [optional]
 * @property {string[]} [os]
 * @property {string[]} [cpu]
 * @property {string[]} [libc]
 * @property {Record<string, string>} [optionalDependencies]
 */

/**
 * The entries of other platforms that the lock file should have and has not.
 *
 * @param {Record<string, Entry>} packages
 * @returns {Record<string, Entry>}
 */
export function missingEntries(packages) {
  /** @type {Record<string, Entry>} */
  const missing = {};
  for (const [path, parent] of Object.entries(packages)) {
    for (const [name, version] of Object.entries(parent.optionalDependencies ?? {})) {
      const places = [`node_modules/${name}`, `${path}/node_modules/${name}`];
      if (places.some((place) => place in packages)) continue;
      missing[`node_modules/${name}`] = entryOf(name, version, parent);
    }
  }
  return missing;
}

/**
 * @param {string} name
 * @param {string} version
 * @param {Entry} parent
 * @returns {Entry}
 */
function entryOf(name, version, parent) {
  const os = SYSTEMS.find((system) => name.includes(system));
  const cpu = PROCESSORS.find((processor) => name.includes(processor));
  if (os === undefined || cpu === undefined || !/^\d+\.\d+\.\d+$/.test(version)) {
    throw new Error(`lock: expected a system, a processor and a version, got ${name}@${version}`);
  }
  const musl = name.includes('musl');
  return {
    version,
    cpu: [cpu],
    ...(parent.dev ? { dev: true } : {}),
    ...(os === 'linux' && (musl || name.includes('gnu'))
      ? { libc: [musl ? 'musl' : 'glibc'] }
      : {}),
    ...(parent.license === undefined ? {} : { license: parent.license }),
    optional: true,
    os: [os],
  };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const file = join(ROOT, 'package-lock.json');
  const lock = JSON.parse(readFileSync(file, 'utf8'));
  const missing = missingEntries(lock.packages);
  const entries = Object.entries({ ...lock.packages, ...missing });
  lock.packages = Object.fromEntries(entries.sort(([a], [b]) => a.localeCompare(b, 'en')));
  writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
  console.log(`put back ${Object.keys(missing).length} entries`);
}
