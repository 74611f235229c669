/**
 * A scenario file and those that it extends, as one tree. Sections are merged key by key, lists are
 * replaced, members are merged by their names; a key set to nothing (`battery:` or `null`) is taken
 * away, and so is a member with `remove: true`. Files named in a base are named from its own folder.
 */

import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { fromFolder } from './from-folder.ts';
import {
  type Located,
  type LocatedEntry,
  type LocatedList,
  type LocatedMap,
  locatedYaml,
} from './located-yaml.ts';
import {
  type Path,
  type Place,
  pathText,
  ScenarioError,
  type ScenarioFault,
  shown,
} from './scenario-error.ts';

/** The file itself counts. */
export const EXTENDED_FILES_MAX = 8;
export const SCENARIO_BYTES_MAX = 16 * 1024 * 1024;

export interface ExtendedFile {
  readonly root: Located;
  /** What was read, the file itself first. */
  readonly files: readonly { readonly path: string; readonly sha256: string }[];
}

interface ReadFile {
  readonly path: string;
  readonly sha256: string;
  readonly root: Located;
}

/** @throws ScenarioError */
export function readExtended(path: string): ExtendedFile {
  const files = readChain(path);
  const merging = new Merging();
  const [own, ...bases] = files.map(({ path: one, root }) => {
    return fromFolder(root, relative(dirname(resolve(path)), dirname(resolve(one))));
  });
  let root: Located | undefined;
  // The last base first: what extends comes after what it extends.
  for (const one of [...bases.reverse(), own!]) {
    root = root === undefined ? one : merging.merged(root, one, []);
  }
  if (merging.faults.length > 0) throw new ScenarioError(merging.faults);
  return { root: root!, files: files.map(({ path: one, sha256 }) => ({ path: one, sha256 })) };
}

function readChain(path: string): readonly ReadFile[] {
  const files: ReadFile[] = [];
  let next: string | undefined = path;
  let asked: Place | undefined;
  while (next !== undefined) {
    const file = readOne(next, asked);
    files.push(file);
    const base = baseOf(file.root);
    if (base === undefined) return files;
    next = isAbsolute(base.file) ? base.file : join(dirname(next), base.file);
    asked = base.place;
    const seen = files.map((one) => resolve(one.path));
    if (seen.includes(resolve(next))) {
      const got = [...files.map((one) => one.path), next].join(' -> ');
      throw fault(asked, 'extends', 'files that do not extend each other in a circle', got);
    }
    if (files.length >= EXTENDED_FILES_MAX) {
      throw fault(asked, 'extends', `at most ${EXTENDED_FILES_MAX} files in a chain`, 'more');
    }
  }
  return files;
}

function readOne(path: string, asked: Place | undefined): ReadFile {
  const asking = asked === undefined ? '' : 'extends';
  const place = asked ?? { file: path, line: 1, column: 1 };
  const bytes = bytesOf(path, (expected, got) => fault(place, asking, expected, got));
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw fault({ file: path, line: 1, column: 1 }, '', 'UTF-8', 'other bytes');
  }
  const { root, faults } = locatedYaml(text, path);
  if (root === undefined || faults.length > 0) throw new ScenarioError(faults);
  return { path, sha256: createHash('sha256').update(bytes).digest('hex'), root };
}

function bytesOf(path: string, refusal: (expected: string, got: string) => Error): Uint8Array {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined || !found.isFile()) {
    throw refusal('a file that is there', shown(path));
  }
  if (found.size > SCENARIO_BYTES_MAX) {
    throw refusal(`a file of at most ${SCENARIO_BYTES_MAX} bytes`, `${found.size}`);
  }
  return readFileSync(path);
}

function baseOf(root: Located): { readonly file: string; readonly place: Place } | undefined {
  const entry = root.kind === 'map' ? root.entries.get('extends') : undefined;
  if (entry === undefined) return undefined;
  const { value } = entry;
  if (value.kind === 'scalar' && typeof value.value === 'string' && value.value !== '') {
    return { file: value.value, place: value.place };
  }
  const got = value.kind === 'scalar' ? shown(value.value) : `a ${value.kind}`;
  throw fault(value.place, 'extends', 'a file, such as ./base.yaml', got);
}

function fault(place: Place, path: string, expected: string, got: string): ScenarioError {
  return new ScenarioError([{ place, path, expected, got }]);
}

class Merging {
  readonly faults: ScenarioFault[] = [];

  merged(base: Located, overlay: Located, path: Path): Located {
    if (base.kind === 'map' && overlay.kind === 'map') {
      if (isAnotherKind(base, overlay, path)) return overlay;
      return this.section(base, overlay, path);
    }
    if (path.length === 1 && path[0] === 'members') {
      if (base.kind === 'list' && overlay.kind === 'list') return this.members(base, overlay);
    }
    return overlay;
  }

  private section(base: LocatedMap, overlay: LocatedMap, path: Path): LocatedMap {
    const entries = new Map<string, LocatedEntry>(base.entries);
    for (const [name, entry] of overlay.entries) {
      const under = base.entries.get(name);
      const within = [...path, name];
      if (isNothing(entry.value)) {
        if (under === undefined) {
          this.fault(entry.place, within, 'a key of the base, to take it away', shown(name));
        }
        entries.delete(name);
      } else if (under === undefined) entries.set(name, entry);
      else {
        const value = this.merged(under.value, entry.value, within);
        entries.set(name, { place: entry.place, value });
      }
    }
    return { kind: 'map', place: overlay.place, entries };
  }

  private members(base: LocatedList, overlay: LocatedList): LocatedList {
    const items: (Located | undefined)[] = [...base.items];
    const atName = new Map<string, number>();
    for (const [at, item] of items.entries()) atName.set(nameOf(item!) ?? '', at);
    for (const [index, item] of overlay.items.entries()) {
      const path = ['members', index];
      const name = nameOf(item);
      const at = name === undefined ? undefined : atName.get(name);
      const under = at === undefined ? undefined : items[at];
      const removal = item.kind === 'map' ? item.entries.get('remove') : undefined;
      if (removal !== undefined && item.kind === 'map') {
        if (under === undefined) {
          this.fault(item.place, path, 'a member of the base, to remove it', shown(name));
        } else this.checkRemoval(item, removal, path);
        if (at !== undefined) items[at] = undefined;
      } else if (at !== undefined && under !== undefined) {
        items[at] = this.merged(under, item, path);
        // A name that stands twice in one file is left for the check of names.
        atName.delete(name!);
      } else items.push(item);
    }
    const left = items.filter((item) => item !== undefined);
    return { kind: 'list', place: overlay.place, items: left };
  }

  private checkRemoval(item: LocatedMap, removal: LocatedEntry, path: Path): void {
    const { value } = removal;
    if (value.kind !== 'scalar' || value.value !== true) {
      const got = value.kind === 'scalar' ? shown(value.value) : `a ${value.kind}`;
      this.fault(value.place, [...path, 'remove'], 'true', got);
    }
    const others = [...item.entries.keys()].filter((key) => key !== 'name' && key !== 'remove');
    if (others.length > 0) {
      this.fault(item.place, path, 'only name and remove', others.map(shown).join(', '));
    }
  }

  private fault(place: Place, path: Path, expected: string, got: string): void {
    this.faults.push({ place, path: pathText(path), expected, got });
  }
}

/** A load or a plant by a model in place of one by a file, or the reverse, shares no keys with it. */
function isAnotherKind(base: LocatedMap, overlay: LocatedMap, path: Path): boolean {
  const last = path.at(-1);
  if (path[0] !== 'members' || (last !== 'load' && last !== 'solar')) return false;
  const changes = (from: string, to: string) => base.entries.has(from) && overlay.entries.has(to);
  return changes('file', 'model') || changes('model', 'file');
}

function isNothing(value: Located): boolean {
  return value.kind === 'scalar' && value.value === null;
}

function nameOf(item: Located): string | undefined {
  const name = item.kind === 'map' ? item.entries.get('name')?.value : undefined;
  return name?.kind === 'scalar' && typeof name.value === 'string' ? name.value : undefined;
}
