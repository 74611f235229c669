/** What all runs of a study come to together: tables, metrics, comparison, figures, report and manifest. */

import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pairedDifferences } from '../metrics/comparison.ts';
import type { Metric, PairedDifference } from '../metrics/metric.ts';
import { METRICS, metricsOf } from '../metrics/metrics.ts';
import { per } from '../report/difference-digits.ts';
import { figuresOf } from '../report/figures/figures.ts';
import { reportHtml } from '../report/report.ts';
import type { StudyReport } from '../report/study-report.ts';
import { SCENARIO_SCHEMA } from '../scenario/scenario.ts';
import { scenarioText } from '../scenario/scenario-text.ts';
import type { RunResult } from './results.ts';
import { resultOf, runFolder, type Study, type StudyRunPlan, tablesOf } from './study.ts';
import { writeWhole, writing } from './study-file.ts';
import { type TableFile, TableFolder } from './table-files/table-folder.ts';

export interface FinishOptions {
  /** Of the program. */
  readonly version: string;
}

export interface FinishedStudy {
  readonly runs: readonly { readonly result: RunResult; readonly metrics: readonly Metric[] }[];
  readonly differences: readonly PairedDifference[];
  /** From the study's folder, with what they hold. */
  readonly files: readonly StudyFile[];
}

export interface StudyFile {
  readonly file: string;
  readonly bytes: number;
  readonly sha256: string;
}

/**
 * The manifest names every file and its hash, and nothing of the machine: equal studies have equal bytes.
 * @throws StudyWriteError
 */
export function finishStudy(
  study: Study,
  folder: string,
  { version }: FinishOptions,
): FinishedStudy {
  const { scenario, inputs } = study;
  const { runs, tableFiles } = gathered(study, folder);
  const differences = differencesOf(runs);
  const report: StudyReport = {
    title: scenario.name,
    scenarioText: scenarioText(scenario),
    scenario,
    inputs,
    assumptions: scenario.assumptions,
    runs,
    differences,
    definitions: METRICS,
  };
  const writer = new StudyFolder(folder);
  writer.write('scenario.resolved.yaml', report.scenarioText);
  writer.write('comparison.csv', comparisonCsv(differences));
  for (const { name, svg } of figuresOf(report)) writer.write(`figures/${name}.svg`, svg);
  writer.write('report.html', reportHtml(report));
  const files = [...tableFiles, ...writer.files].sort((a, b) => (a.file < b.file ? -1 : 1));
  const manifest = {
    tool: `commonwatt ${version}`,
    schema: SCENARIO_SCHEMA,
    scenario: scenario.name,
    seed: scenario.seed,
    inputs,
    runs: runs.map(({ result: { run, mechanism, seed, point } }) => ({
      run,
      mechanism,
      seed,
      point,
    })),
    files,
  };
  writer.write('manifest.json', `${JSON.stringify(manifest, null, 2)}\n`);
  return { runs, differences, files };
}

/** Every run's tables in one folder, and its metrics. */
function gathered(
  study: Study,
  folder: string,
): { readonly runs: FinishedStudy['runs']; readonly tableFiles: readonly StudyFile[] } {
  const tables = new TableFolder({
    folder: join(folder, 'tables'),
    tables: tablesOf(study.scenario),
  });
  const keeps = keptOf(study);
  try {
    const runs = study.runs.map((plan) => {
      tables.append(runFolder(folder, plan.id));
      const whole = resultOf(folder, plan);
      const metrics = metricsOf(whole);
      const sink = tables.sink(whole);
      for (const { name, unit, value } of metrics) sink.write('metrics', [name, unit, value]);
      return { result: keeps(plan) ? whole : withoutRows(whole), metrics };
    });
    return { runs, tableFiles: tables.closeTables().map(inTables) };
  } catch (error) {
    tables.abandon();
    throw error;
  }
}

/**
 * Of a large study the rows of few runs are kept: the first of each mechanism is drawn, and a mechanism with one run
 * is compared day by day.
 */
function keptOf({ runs }: Study): (plan: StudyRunPlan) => boolean {
  const firstOf = new Map<string, string>();
  for (const { mechanism, id } of runs) {
    if (!firstOf.has(mechanism)) firstOf.set(mechanism, id);
  }
  return ({ mechanism, id }) => firstOf.get(mechanism) === id;
}

function withoutRows(result: RunResult): RunResult {
  return { ...result, slots: [], members: [], misreports: [], ledger: null };
}

/** Every other mechanism less the first. */
function differencesOf(runs: FinishedStudy['runs']): readonly PairedDifference[] {
  const mechanisms = [...new Set(runs.map(({ result }) => result.mechanism))];
  const valuesOf = new Map(
    runs.map(({ result, metrics }) => [
      result,
      new Map(metrics.map(({ name, value }) => [name, value])),
    ]),
  );
  const [first = [], ...others] = mechanisms.map((name) =>
    runs.map(({ result }) => result).filter(({ mechanism }) => mechanism === name),
  );
  return others.flatMap((second) =>
    pairedDifferences(first, second, ({ name }, run) => valuesOf.get(run)?.get(name) ?? null),
  );
}

function inTables({ file, bytes, sha256 }: TableFile): StudyFile {
  return { file: `tables/${file}`, bytes, sha256 };
}

/** `per` says of what the means and the difference are, where the metric adds up: a day, or a run. */
function comparisonCsv(differences: readonly PairedDifference[]): string {
  const header =
    'metric,unit,first,second,first_mean,second_mean,difference,low,high,paired_by,pairs,per';
  const lines = differences.map((one) =>
    [
      one.metric,
      one.unit,
      one.first,
      one.second,
      one.firstMean,
      one.secondMean,
      one.difference,
      one.low ?? '',
      one.high ?? '',
      one.pairedBy,
      one.pairs,
      per(one).replace('a ', ''),
    ].join(','),
  );
  return `${[header, ...lines].join('\n')}\n`;
}

/** Files appear whole: each is written beside its place and renamed into it. */
class StudyFolder {
  readonly files: StudyFile[] = [];
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
    const figures = join(folder, 'figures');
    writing(figures, () => mkdirSync(figures, { recursive: true }));
    for (const name of readdirSync(figures)) {
      if (/^[a-z0-9-]+\.svg(?:\.partial)?$/.test(name)) rmSync(join(figures, name));
    }
  }

  write(file: string, content: string): void {
    const place = join(this.#folder, file);
    writeWhole(place, content);
    const bytes = Buffer.from(content, 'utf8');
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    this.files.push({ file, bytes: bytes.length, sha256 });
  }
}
