/**
 * YAML 1.2 (JSON is YAML) as a tree in which every value knows where it stands, so that a fault found
 * after files were merged still names its line. Texts may come from anyone: size, depth and what
 * aliases expand to are bounded, and keys that stand twice are faults.
 */

import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
} from 'yaml';
import { type Place, SCENARIO_FAULTS_MAX, type ScenarioFault, shown } from './scenario-error.ts';

export interface LocatedScalar {
  readonly kind: 'scalar';
  readonly place: Place;
  readonly value: string | number | boolean | null;
}
export interface LocatedList {
  readonly kind: 'list';
  readonly place: Place;
  readonly items: readonly Located[];
}
export interface LocatedMap {
  readonly kind: 'map';
  readonly place: Place;
  readonly entries: ReadonlyMap<string, LocatedEntry>;
}
export interface LocatedEntry {
  /** Where the key stands. */
  readonly place: Place;
  readonly value: Located;
}
export type Located = LocatedScalar | LocatedList | LocatedMap;

/** Values of one file, aliases written out. */
export const VALUES_MAX = 1_000_000;
export const DEPTH_MAX = 32;

/** The tree, or what is wrong with the text. */
export function locatedYaml(
  text: string,
  file: string,
): { readonly root?: Located; readonly faults: readonly ScenarioFault[] } {
  const lines = new LineCounter();
  const whole = { file, line: 1, column: 1 };
  let document: Document.Parsed;
  try {
    // Keys that stand twice are looked for below: the library's own way takes the square of their number.
    document = parseDocument(text, { lineCounter: lines, uniqueKeys: false, strict: true });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const expected = `values at most ${DEPTH_MAX} deep`;
    return { faults: [{ place: whole, path: '', expected, got: 'more' }] };
  }
  const faults: ScenarioFault[] = [];
  for (const { message, pos } of [...document.errors, ...document.warnings]) {
    if (faults.length >= SCENARIO_FAULTS_MAX) break;
    const place = placeAt(lines, file, pos[0]);
    const [got = ''] = message.split('\n');
    faults.push({ place, path: '', expected: 'plain YAML 1.2 or JSON', got: shown(got) });
  }
  const { version } = document.directives.yaml;
  if (version !== '1.2') {
    faults.push({ place: whole, path: '', expected: 'YAML 1.2', got: `YAML ${version}` });
  }
  if (faults.length > 0) return { faults };
  const reading = new Reading(file, lines);
  try {
    const root = reading.located(document.contents, 0);
    return reading.faults.length > 0 ? { faults: reading.faults } : { root, faults: [] };
  } catch (error) {
    if (!(error instanceof TooMuch)) throw error;
    return { faults: [...reading.faults, error.fault] };
  }
}

/** The value that a path leads to, or the nearest one around it; `isKey` asks for its key. */
export function placeOf(root: Located, path: readonly (string | number)[], isKey = false): Place {
  let at = root;
  let place = root.place;
  for (const [depth, part] of path.entries()) {
    if (at.kind === 'map' && typeof part === 'string') {
      const entry = at.entries.get(part);
      if (entry === undefined) return place;
      at = entry.value;
      const isLast = depth === path.length - 1;
      // A section begins at its key, not at the first thing within it.
      place = isLast && at.kind === 'scalar' && !isKey ? at.place : entry.place;
    } else if (at.kind === 'list' && typeof part === 'number') {
      const item = at.items[part];
      if (item === undefined) return place;
      at = item;
      place = item.place;
    } else return place;
  }
  return place;
}

/** A bound that was broken: nothing after it is worth reading. */
class TooMuch extends Error {
  readonly fault: ScenarioFault;
  constructor(fault: ScenarioFault) {
    super(fault.expected);
    this.fault = fault;
  }
}

class Reading {
  readonly faults: ScenarioFault[] = [];
  private readonly file: string;
  private readonly lines: LineCounter;
  private readonly anchors = new Map<string, Node>();
  private values = 0;
  private aliasesOpen = 0;

  constructor(file: string, lines: LineCounter) {
    this.file = file;
    this.lines = lines;
  }

  located(node: unknown, depth: number): Located {
    if (node === null || node === undefined) {
      return { kind: 'scalar', place: this.place(0), value: null };
    }
    const place = this.place((node as Node).range?.[0] ?? 0);
    this.values += 1;
    if (this.values > VALUES_MAX) {
      this.stop(place, `at most ${VALUES_MAX} values, aliases written out`);
    }
    if (depth > DEPTH_MAX) this.stop(place, `values at most ${DEPTH_MAX} deep`);
    if (isAlias(node)) return this.aliased(node.source, place, depth);
    this.anchor(node as Node);
    if (isMap(node)) return this.map(node.items, place, depth);
    if (isSeq(node)) {
      return { kind: 'list', place, items: node.items.map((one) => this.located(one, depth + 1)) };
    }
    return { kind: 'scalar', place, value: this.scalar(node, place) };
  }

  private map(
    items: readonly { key: unknown; value: unknown }[],
    place: Place,
    depth: number,
  ): LocatedMap {
    const entries = new Map<string, LocatedEntry>();
    for (const { key, value } of items) {
      if (!isScalar(key) || key.value === null || typeof key.value === 'object') {
        const got = isScalar(key) ? 'nothing' : 'another value';
        this.fault(place, 'keys that are words', got);
        continue;
      }
      const name = String(key.value);
      const at = this.place(key.range?.[0] ?? 0);
      if (name === '__proto__') this.fault(at, 'another key', shown(name));
      else if (entries.has(name)) this.fault(at, `the key ${shown(name)} once`, 'it again');
      else {
        const located = this.located(value, depth + 1);
        // A key without a value stands where its value would.
        entries.set(name, {
          place: at,
          value: value === null ? { ...located, place: at } : located,
        });
      }
    }
    return { kind: 'map', place, entries };
  }

  private scalar(node: unknown, place: Place): LocatedScalar['value'] {
    const value: unknown = isScalar(node) ? node.value : undefined;
    if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
    if (typeof value === 'number') return value;
    this.fault(place, 'a text, a number, true or false', 'another value');
    return null;
  }

  private aliased(name: string, place: Place, depth: number): Located {
    const node = this.anchors.get(name);
    if (node === undefined) {
      this.fault(place, 'an alias of an anchor before it', shown(`*${name}`));
      return { kind: 'scalar', place, value: null };
    }
    this.aliasesOpen += 1;
    const value = this.located(node, depth + 1);
    this.aliasesOpen -= 1;
    return value;
  }

  /** The text is walked in its order, so an anchor is known exactly to what comes after it. */
  private anchor(node: Node): void {
    const name = 'anchor' in node ? node.anchor : undefined;
    if (name !== undefined && this.aliasesOpen === 0) this.anchors.set(name, node);
  }

  private place(offset: number): Place {
    return placeAt(this.lines, this.file, offset);
  }

  private fault(place: Place, expected: string, got: string): void {
    this.faults.push({ place, path: '', expected, got });
    if (this.faults.length >= SCENARIO_FAULTS_MAX) this.stop(place, 'fewer faults');
  }

  private stop(place: Place, expected: string): never {
    throw new TooMuch({ place, path: '', expected, got: 'more' });
  }
}

function placeAt(lines: LineCounter, file: string, offset: number): Place {
  const { line, col } = lines.linePos(offset);
  return { file, line: Math.max(1, line), column: Math.max(1, col) };
}
