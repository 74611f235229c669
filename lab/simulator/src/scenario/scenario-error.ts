/** What is wrong with a scenario, said so that its author finds the place and knows what to write. */

/** A place in a file; both count from 1. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** The keys and indices that lead to a value. */
export type Path = readonly (string | number)[];

export interface ScenarioFault {
  /** Absent where the scenario did not come from a file. */
  readonly place?: Place;
  readonly path: string;
  readonly expected: string;
  readonly got: string;
}

/** A fault before anyone looked up where it stands. */
export interface FaultAt {
  readonly path: Path;
  readonly expected: string;
  readonly got: string;
}

/** More are counted, not told. */
export const SCENARIO_FAULTS_MAX = 100;

/** Carries every fault up to SCENARIO_FAULTS_MAX; the message is one line for each. */
export class ScenarioError extends Error {
  readonly code = 'scenario_unreadable';
  readonly faults: readonly ScenarioFault[];

  constructor(faults: readonly ScenarioFault[]) {
    const told = faults.slice(0, SCENARIO_FAULTS_MAX);
    const lines = told.map(describeScenarioFault);
    if (faults.length > told.length) lines.push(`and ${faults.length - told.length} more`);
    super(lines.join('\n'));
    this.name = 'ScenarioError';
    this.faults = told;
  }
}

/** `street.yaml:12:5: members[0].load: expected ..., got ...` */
export function describeScenarioFault({ place, path, expected, got }: ScenarioFault): string {
  const where = place === undefined ? [] : [`${place.file}:${place.line}:${place.column}`];
  return [...where, ...(path === '' ? [] : [path]), `expected ${expected}, got ${got}`].join(': ');
}

/** `members[3].battery.capacity_wh`; a key that is no word stands in quotes. */
export function pathText(path: Path): string {
  let text = '';
  for (const part of path) {
    if (typeof part === 'number') text += `[${part}]`;
    else if (/^[A-Za-z_][\w-]*$/.test(part)) text += text === '' ? part : `.${part}`;
    else text += `[${shown(part)}]`;
  }
  return text;
}

const SHOWN_CHARACTERS_MAX = 60;

/** A value in a message: short, and on one line. */
export function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === 'object' && value !== null) return 'a section';
  const text = typeof value === 'string' ? JSON.stringify(value) : String(value);
  return text.length > SHOWN_CHARACTERS_MAX ? `${text.slice(0, SHOWN_CHARACTERS_MAX)}…` : text;
}
