import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './install.js';
import { WALLS } from './walls.js';

const LARGEST_LISTING = 64 * 1024 * 1024;

/** @typedef {{ room: string, name: string, dependencies: readonly string[] }} Room */

/**
 * Every file that git tracks or would track, relative to the root.
 *
 * @returns {string[]}
 */
export function projectFiles() {
  const listing = execFileSync(
    'git',
    ['ls-files', '-z', '--cached', '--others', '--exclude-standard'],
    {
      cwd: ROOT,
      encoding: 'utf8',
      maxBuffer: LARGEST_LISTING,
    },
  );
  const files = new Set(listing.split('\0').filter((path) => path !== ''));
  return [...files].filter((path) => existsSync(join(ROOT, path))).sort();
}

/** @param {string} path relative to the root */
export function readProjectFile(path) {
  return readFileSync(join(ROOT, path), 'utf8');
}

/**
 * The rooms that exist, with the rooms that their package.json declares.
 *
 * @returns {Room[]}
 */
export function readRooms() {
  const { workspaces } = JSON.parse(readProjectFile('package.json'));
  /** @type {Map<string, string>} */
  const roomOf = new Map();
  const manifests = workspaces.map((/** @type {string} */ room) => {
    const manifest = JSON.parse(readProjectFile(`${room}/package.json`));
    roomOf.set(manifest.name, room);
    return { room, manifest };
  });
  return manifests
    .map((/** @type {{ room: string, manifest: any }} */ { room, manifest }) => ({
      room,
      name: manifest.name,
      dependencies: Object.keys(manifest.dependencies ?? {}).flatMap(
        (name) => roomOf.get(name) ?? [],
      ),
    }))
    .sort(byPlace);
}

/** @param {Room} a @param {Room} b */
function byPlace(a, b) {
  const places = Object.keys(WALLS);
  return places.indexOf(a.room) - places.indexOf(b.room);
}
