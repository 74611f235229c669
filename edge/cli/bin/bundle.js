import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { dirname, extname, join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { fingerprint } from './fingerprint.js';

const KEPT_BUNDLES = 4;
const KEPT_FOR_MS = 24 * 60 * 60 * 1000;

/**
 * The folder that holds the bundled sources of `entry`, built first when a source has changed.
 *
 * Each state of the sources has a folder of its own, made beside its place and renamed into it whole: two
 * processes may build at once, and a running one keeps the pieces it has yet to load.
 *
 * @param {{ root: string, cache: string, entry: string, beside?: readonly string[] }} place `root` is
 *   the workspace; `cache` a folder below its node_modules, so that other packages resolve from there;
 *   `entry` relative to `root`; `beside` further sources that it needs, besides those of the rooms
 * @returns {Promise<string>}
 */
export async function bundled({ root, cache, entry, beside = [] }) {
  const rooms = readRooms(root);
  const sources = [...rooms.values()].flatMap((room) => [
    `${room.folder}/package.json`,
    `${room.folder}/src`,
  ]);
  const name = fingerprint(
    root,
    [...sources, ...beside, 'edge/cli/bin', 'node_modules/.package-lock.json'],
    entry,
  );
  const place = join(cache, name);
  if (!existsSync(place)) {
    await build({ root, entry, rooms, place });
    forgetOldBundles(cache, place);
  }
  return place;
}

/**
 * Every room that a command may contain, by package name. The web app is built apart.
 *
 * @param {string} root
 * @returns {Map<string, { folder: string, exports: Record<string, string> }>}
 */
function readRooms(root) {
  const rooms = new Map();
  const { workspaces } = readJson(join(root, 'package.json'));
  for (const folder of workspaces) {
    if (folder === 'edge/web') continue;
    const { name, exports } = readJson(join(root, folder, 'package.json'));
    rooms.set(name, { folder, exports: exports ?? {} });
  }
  return rooms;
}

/** @param {string} path */
function readJson(path) {
  return JSON.parse(readFileSync(path, 'utf8'));
}

/**
 * @param {{ root: string, entry: string, place: string,
 *   rooms: Map<string, { folder: string, exports: Record<string, string> }> }} job
 */
async function build({ root, entry, rooms, place }) {
  const esbuild = await import('esbuild');
  const draft = join(dirname(place), `.${process.pid}-${process.hrtime.bigint()}`);
  mkdirSync(draft, { recursive: true });
  try {
    await esbuild.build({
      absWorkingDir: root,
      entryPoints: { main: join(root, entry) },
      outdir: draft,
      bundle: true,
      splitting: true,
      format: 'esm',
      platform: 'node',
      target: 'node20.19',
      packages: 'external',
      sourcemap: 'linked',
      sourcesContent: false,
      logLevel: 'silent',
      plugins: [inlineRooms(root, rooms), keepImportMeta(root)],
    });
    moveInto(draft, place);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

/**
 * Moves the draft to its place, unless another process was there first with the same sources.
 *
 * @param {string} draft
 * @param {string} place
 */
function moveInto(draft, place) {
  try {
    renameSync(draft, place);
  } catch (error) {
    if (!existsSync(join(place, 'main.js'))) throw error;
  }
}

/**
 * Rooms become part of the bundle through what their package.json exports; every other package stays out.
 *
 * @param {string} root
 * @param {Map<string, { folder: string, exports: Record<string, string> }>} rooms
 * @returns {import('esbuild').Plugin}
 */
function inlineRooms(root, rooms) {
  return {
    name: 'inline-rooms',
    setup(build) {
      build.onResolve({ filter: /^(?:@commonwatt\/|commonwatt$)/ }, ({ path }) => {
        const words = path.split('/');
        const rest = words.splice(path.startsWith('@') ? 2 : 1);
        const found = rooms.get(words.join('/'));
        const target = found?.exports[['.', ...rest].join('/')];
        if (found === undefined || target === undefined) {
          return { errors: [{ text: `${path}: no room exports this; see its package.json` }] };
        }
        return { path: join(root, found.folder, target) };
      });
    },
  };
}

/**
 * A source that looks for a file beside itself finds it, wherever the bundle lies.
 *
 * @param {string} root
 * @returns {import('esbuild').Plugin}
 */
function keepImportMeta(root) {
  return {
    name: 'keep-import-meta',
    setup(build) {
      build.onLoad({ filter: /\.[jt]s$/ }, ({ path }) => {
        if (relative(root, path).includes('node_modules')) return undefined;
        const text = readFileSync(path, 'utf8');
        if (!text.includes('import.meta.')) return undefined;
        const contents = text
          .replaceAll(/\bimport\.meta\.url\b/g, JSON.stringify(pathToFileURL(path).href))
          .replaceAll(/\bimport\.meta\.filename\b/g, JSON.stringify(path))
          .replaceAll(/\bimport\.meta\.dirname\b/g, JSON.stringify(dirname(path)));
        return { contents, loader: extname(path) === '.js' ? 'js' : 'ts' };
      });
    },
  };
}

/**
 * Keeps the newest bundles and whatever is younger than a day, for a process may still be loading it.
 *
 * @param {string} cache
 * @param {string} current
 */
function forgetOldBundles(cache, current) {
  const now = Date.now();
  const old = readdirSync(cache)
    .map((name) => join(cache, name))
    .filter((folder) => folder !== current)
    .map((folder) => ({
      folder,
      mtimeMs: statSync(folder, { throwIfNoEntry: false })?.mtimeMs ?? now,
    }))
    .sort((a, b) => b.mtimeMs - a.mtimeMs)
    .slice(KEPT_BUNDLES)
    .filter(({ mtimeMs }) => now - mtimeMs > KEPT_FOR_MS);
  for (const { folder } of old) rmSync(folder, { recursive: true, force: true });
}
