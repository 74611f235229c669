/** Where a scenario names files, and how those names change when it is read from another folder. */

import { isAbsolute, join, posix, sep } from 'node:path';
import type { Located, LocatedEntry } from './located-yaml.ts';

/** A mechanism that is a module of one's own, not a name of the registry. */
export function isModule(mechanism: string): boolean {
  return /\.[cm]?js$/.test(mechanism);
}

/** Paths of values that are files; `null` stands for any index or key. */
const FILE_PATHS: readonly (readonly (string | null)[])[] = [
  ['members', null, 'load', 'file'],
  ['members', null, 'solar', 'file'],
  ['market', 'files', null],
];
/** Keys of a sweep whose values are files. */
const SWEPT_FILE = /^(?:members\..*\.(?:load|solar)\.file|market\.files\..*)$/;

/** The same tree, with the files that it names named from another folder. */
export function fromFolder(root: Located, folder: string): Located {
  if (folder === '') return root;
  const prefix = folder.split(sep).join('/');
  const moved = (located: Located, always: boolean): Located => {
    if (located.kind === 'list') {
      return { ...located, items: located.items.map((one) => moved(one, always)) };
    }
    if (located.kind !== 'scalar' || typeof located.value !== 'string') return located;
    const { value } = located;
    if (isAbsolute(value) || value === '' || !(always || isModule(value))) return located;
    const path = isAbsolute(folder) ? join(folder, value) : posix.join(prefix, value);
    return { ...located, value: path.startsWith('.') || isAbsolute(path) ? path : `./${path}` };
  };
  const walk = (located: Located, path: readonly (string | null)[]): Located => {
    if (FILE_PATHS.some((one) => matches(one, path))) return moved(located, true);
    if (matches(['market', 'mechanism'], path)) return moved(located, false);
    if (path.length === 3 && path[0] === 'sweep' && path[1] === 'values') {
      const swept = path[2] ?? '';
      if (SWEPT_FILE.test(swept)) return moved(located, true);
      return swept === 'market.mechanism' ? moved(located, false) : located;
    }
    if (located.kind === 'list') {
      return { ...located, items: located.items.map((one) => walk(one, [...path, null])) };
    }
    if (located.kind === 'scalar') return located;
    const entries = new Map<string, LocatedEntry>();
    for (const [name, { place, value }] of located.entries) {
      entries.set(name, { place, value: walk(value, [...path, name]) });
    }
    return { ...located, entries };
  };
  return walk(root, []);
}

function matches(pattern: readonly (string | null)[], path: readonly (string | null)[]): boolean {
  return (
    pattern.length === path.length &&
    pattern.every((part, at) => part === null || part === path[at])
  );
}
