/** Reads a scenario from its file: one that comes back is whole, or every fault in it is told at once. */

import { dirname, relative, resolve, sep } from 'node:path';
import { readExtended } from './extended-file.ts';
import { fitSchema } from './fit-schema.ts';
import { type InputFile, InputFiles } from './input-files.ts';
import { KNOWN_NAMES } from './known-names.ts';
import { type Located, placeOf } from './located-yaml.ts';
import { type Scenario, scenarioSchema } from './scenario.ts';
import { type FaultAt, pathText, ScenarioError } from './scenario-error.ts';
import { type KnownNames, ruleFaults } from './scenario-rules.ts';
import { planRuns } from './sweep.ts';

export interface ReadScenario {
  /** With all defaults, and all that it extends. */
  readonly scenario: Scenario;
  /** Where the files that it names are looked for: the folder of the file. */
  readonly directory: string;
  /** Every file that it depends on, in the order of their names; a module's own imports are not followed. */
  readonly inputs: readonly InputFile[];
}

/**
 * YAML 1.2 or JSON.
 * @throws ScenarioError
 */
export function readScenario(path: string, known: KnownNames = KNOWN_NAMES): ReadScenario {
  const { root: whole, files } = readExtended(path);
  const root = withoutExtends(whole);
  const fit = fitSchema(scenarioSchema, root);
  if (fit.faults.length > 0) throw errorAt(root, fit.faults);
  const scenario = fit.value as Scenario;
  const directory = dirname(resolve(path));
  const named = new InputFiles(directory);
  const faults = [...ruleFaults(scenario, known), ...named.add(scenario)];
  // What a sweep changes is looked at once the scenario itself holds.
  if (faults.length === 0 && scenario.sweep !== undefined) {
    const { runs, faults: sweepFaults } = planRuns(scenario, { known });
    faults.push(...sweepFaults);
    if (Object.keys(scenario.sweep.values).some(namesFiles)) {
      for (const run of runs) faults.push(...named.add(run.scenario));
    }
  }
  if (faults.length > 0) throw errorAt(root, faults);
  const own = files.map(({ path: file, sha256 }): InputFile => {
    const name = relative(directory, resolve(file)).split(sep).join('/');
    return { file: name, sha256, role: 'scenario' };
  });
  const inputs = [...own, ...named.inputs()].sort((a, b) => (a.file < b.file ? -1 : 1));
  return { scenario, directory, inputs };
}

function namesFiles(path: string): boolean {
  return /\.file$|^market\.(?:files\.|mechanism$)/.test(path);
}

function withoutExtends(root: Located): Located {
  if (root.kind !== 'map') return root;
  const entries = new Map(root.entries);
  entries.delete('extends');
  return { ...root, entries };
}

function errorAt(root: Located, faults: readonly (FaultAt & { isKey?: boolean })[]): ScenarioError {
  return new ScenarioError(
    faults.map(({ path, expected, got, isKey }) => {
      return { place: placeOf(root, path, isKey), path: pathText(path), expected, got };
    }),
  );
}
