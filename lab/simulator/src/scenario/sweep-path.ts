/**
 * Paths of a sweep: `tariffs.feed_in_ct_per_kwh`, `members.home-3.battery.capacity_wh`,
 * `members.*.battery.capacity_wh` for every member that has one, `network.feeders.NAME.import_limit_w`.
 */

import { fitSchema, type Schema, variantOf } from './fit-schema.ts';
import { type Scenario, scenarioSchema } from './scenario.ts';
import { located } from './scenario-text.ts';

export type SweptValue = string | number | boolean;

/** Places of a scenario that one path of a sweep sets, all of one schema. */
export interface SweepTarget {
  readonly places: readonly (readonly (string | number)[])[];
  readonly schema: Schema;
}

/** What a path leads to, or what is wrong with it. */
export type FoundTarget = SweepTarget | { readonly expected: string; readonly got: string };

/** Parts of a scenario that say what is run at all, or have a key of their own in the sweep. */
const FIXED: ReadonlyMap<string, string> = new Map([
  ['schema', 'another key: the schema is fixed'],
  ['name', 'another key: the name is that of the study'],
  ['seed', 'another key: sweep.seeds says how many seeds are run'],
  ['sweep', 'a key outside of the sweep'],
  ['outputs', 'another key: outputs change no result'],
]);

export function findTarget(scenario: Scenario, path: string): FoundTarget {
  const fixed = FIXED.get(path.split('.')[0] ?? '');
  if (fixed !== undefined) return { expected: fixed, got: path };
  const schema: Schema = scenarioSchema;
  const search = new Search();
  search.descend({ schema, value: scenario, rest: path, place: [] });
  const { places, leaf } = search;
  if (leaf !== undefined && places.length > 0) return { places, schema: leaf };
  return { expected: search.expected, got: path };
}

/** What a value should be instead; undefined where it fits. */
export function misfit({ schema }: SweepTarget, value: SweptValue): string | undefined {
  return fitSchema(schema, located(value)).faults[0]?.expected;
}

/** The scenario with the value at all places; what is not on the way to them is shared. */
export function withValue(scenario: Scenario, target: SweepTarget, value: SweptValue): Scenario {
  let changed: unknown = scenario;
  const members = [...scenario.members];
  let isMember = false;
  for (const [first, at, ...rest] of target.places) {
    // Members are many: their list is copied once, not once for each.
    if (first === 'members' && typeof at === 'number') {
      members[at] = replaced(members[at], rest, value) as (typeof members)[number];
      isMember = true;
    } else changed = replaced(changed, [first!, ...(at === undefined ? [] : [at]), ...rest], value);
  }
  return isMember ? { ...(changed as Scenario), members } : (changed as Scenario);
}

function replaced(tree: unknown, place: readonly (string | number)[], value: SweptValue): unknown {
  const [first, ...rest] = place;
  if (first === undefined) return value;
  if (Array.isArray(tree)) {
    const index = first as number;
    return tree.with(index, replaced(tree[index], rest, value));
  }
  const section = tree as Readonly<Record<string, unknown>>;
  return { ...section, [first]: replaced(section[first], rest, value) };
}

interface Step {
  readonly schema: Schema;
  readonly value: unknown;
  readonly rest: string;
  readonly place: readonly (string | number)[];
}

class Search {
  readonly places: (readonly (string | number)[])[] = [];
  leaf: Schema | undefined;
  /** What stood where the search ended last. */
  expected = 'a path of the scenario';

  descend(step: Step): void {
    const { schema, value, rest, place } = step;
    if (schema.items !== undefined) this.list(step);
    else if (schema.anyOf?.some((one) => one.properties !== undefined)) {
      const section = value as Readonly<Record<string, unknown>>;
      const variant = variantOf(schema, (name) => Object.hasOwn(section, name));
      if (variant !== null) this.descend({ ...step, schema: variant });
    } else if (schema.properties !== undefined || schema.patternProperties !== undefined) {
      this.section(step);
    } else if (rest === '') {
      this.leaf = schema;
      this.places.push(place);
    } else this.end('nothing below', place);
  }

  private section({ schema, value, rest, place }: Step): void {
    const section = value as Readonly<Record<string, unknown>>;
    if (schema.properties === undefined) {
      const [property = {}] = Object.values(schema.patternProperties ?? {});
      if (rest === '') this.end('a key of', place);
      else
        this.descend({ schema: property, value: section[rest], rest: '', place: [...place, rest] });
      return;
    }
    const [name = '', ...others] = rest.split('.');
    const property = Object.hasOwn(schema.properties, name) ? schema.properties[name] : undefined;
    if (property === undefined) {
      this.end(`one of the keys ${Object.keys(schema.properties).join(', ')} of`, place);
      return;
    }
    const below = others.join('.');
    const within = [...place, name];
    // A value may be set where there was none, but not a section be made for it.
    if (section[name] === undefined && !isLeaf(property))
      this.end('a section that is there,', within);
    else this.descend({ schema: property, value: section[name], rest: below, place: within });
  }

  private list({ schema, value, rest, place }: Step): void {
    const items = value as readonly { readonly name: string }[];
    const item = schema.items ?? {};
    const enter = (at: number, below: string) =>
      this.descend({ schema: item, value: items[at], rest: below, place: [...place, at] });
    if (rest === '*' || rest.startsWith('*.')) {
      for (const at of items.keys()) enter(at, rest.slice(2));
      return;
    }
    // Names may hold dots: the longest that the path begins with is meant.
    let found = -1;
    for (const [at, { name }] of items.entries()) {
      if (rest !== name && !rest.startsWith(`${name}.`)) continue;
      if (found === -1 || name.length > items[found]!.name.length) found = at;
    }
    if (found === -1) this.end('a name, or *, of', place);
    else enter(found, rest.slice(items[found]!.name.length + 1));
  }

  private end(expected: string, place: readonly (string | number)[]): void {
    this.expected = `${expected} ${place.join('.') || 'the scenario'}`;
  }
}

function isLeaf(schema: Schema): boolean {
  if (schema.anyOf !== undefined) return schema.anyOf.every(isLeaf);
  const { properties, patternProperties, items } = schema;
  return properties === undefined && patternProperties === undefined && items === undefined;
}
