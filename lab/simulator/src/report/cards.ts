/** The main metrics, large; of several mechanisms the first is large and the others stand below it. */

import { metricLabel } from './comparison-text.ts';
import { mainMetrics } from './main-metrics.ts';
import { marginOfCard } from './market-maker.ts';
import { escapeMarkup } from './markup.ts';
import { shownMetric } from './number-text.ts';
import {
  drawnRuns,
  firstRuns,
  leftOutNote,
  metricOf,
  runLabel,
  type StudyReport,
  type StudyRun,
} from './study-report.ts';

export function cards(study: StudyReport): string {
  const [first, ...others] =
    drawnRuns(study).length > 0 ? drawnRuns(study) : study.runs.slice(0, 1);
  if (first === undefined) return '';
  const made = mainMetrics(study).map(({ name, unit }) => card(name, unit, [first, ...others]));
  const notes = [
    study.runs.length > Math.max(1, firstRuns(study).length)
      ? `Of ${runLabel(first)}, the first of ${study.runs.length} runs.`
      : '',
    leftOutNote(study),
  ].filter((note) => note !== '');
  const which = notes.length === 0 ? '' : `\n<p class="quiet">${escapeMarkup(notes.join(' '))}</p>`;
  return `<dl class="numbers">${made.join('\n')}</dl>${which}`;
}

function card(name: string, unit: string, [first, ...others]: readonly StudyRun[]): string {
  const value = first === undefined ? null : metricOf(first, name);
  if (first === undefined || value === null) return '';
  const shown = shownMetric(name, unit, value);
  const number = shown.unit === '' ? shown.text : shown.text.slice(0, -shown.unit.length - 1);
  const own = [others.length === 0 ? '' : first.result.mechanism, marginOf(first, name)];
  const rest = others.map((run) => {
    const other = metricOf(run, name);
    const text = other === null ? 'none' : shownMetric(name, unit, other).text;
    return [`${run.result.mechanism}: ${unbroken(text)}`, marginOf(run, name)];
  });
  const lines = [own, ...rest].map((parts) => parts.filter((part) => part !== '').join(', '));
  return (
    `<div class="number"><dt>${escapeMarkup(metricLabel(name))}</dt><dd><span class="value"><span class="figure">${number}</span>` +
    `${shown.unit === '' ? '' : ` <span class="unit">${escapeMarkup(shown.unit)}</span>`}</span>` +
    `${lines.map((line) => (line === '' ? '' : `<span class="of">${escapeMarkup(line)}</span>`)).join('')}</dd></div>`
  );
}

const marginOf = (run: StudyRun, name: string): string =>
  unbroken(marginOfCard(name, metricOf(run, 'operator_margin')), / (?=EUR)/g);

/** A number and its unit stay in one line. */
const unbroken = (text: string, spaces: RegExp = / /g): string => text.replace(spaces, '\u00a0');
