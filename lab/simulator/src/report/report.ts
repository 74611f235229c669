/**
 * A study as one page that needs nothing else: no script, no request, pictures and style within. It begins with what was
 * studied and what came of it, and ends with everything that repeats it.
 */

import { cards } from './cards.ts';
import { NARROW, WIDE } from './chart.ts';
import { daysNote, differenceSentence, metricLabel, pairsText } from './comparison-text.ts';
import { dayCallNote } from './day-call.ts';
import { differenceTexts } from './difference-digits.ts';
import type { Figure } from './figure.ts';
import { figuresWithNumbers } from './figures/figures.ts';
import { mainMetrics } from './main-metrics.ts';
import { escapeMarkup } from './markup.ts';
import { eurOf, fixedText, shownMetric } from './number-text.ts';
import { REPORT_STYLE } from './report-style.ts';
import {
  drawnRuns,
  firstRuns,
  leftOutNote,
  metricOf,
  runLabel,
  type StudyReport,
} from './study-report.ts';
import { studySentence } from './study-sentence.ts';
import { htmlTable } from './tables.ts';

/** Longer lists end with a word on where the rest is. */
const ROWS_MAX = 200;

export function reportHtml(study: StudyReport): string {
  const sections = [
    section('comparison', 'Comparison', comparison(study)),
    section('figures', 'Figures', figures(study)),
    section('metrics', 'Metrics', metrics(study)),
    section('members', 'Members', members(study)),
    section('assumptions', 'What was assumed', assumptions(study)),
    section('runs', 'Runs', runs(study)),
    section('inputs', 'Inputs', inputs(study)),
    section('scenario', 'The resolved scenario', scenario(study)),
  ].filter((one) => one !== null);
  const links = sections.map(({ id, title }) => `<li><a href="#${id}">${title}</a></li>`);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escapeMarkup(study.title)} · study</title>
<style>${REPORT_STYLE}</style>
</head>
<body>
<header>
<h1>${escapeMarkup(study.title)}</h1>
<p class="lead">${escapeMarkup(studySentence(study))}</p>
${cards(study)}
<nav aria-label="Sections"><ul>${links.join('')}</ul></nav>
</header>
<main>
${sections.map(({ html }) => html).join('\n')}
</main>
<footer>Prices are shown in ct/kWh; the tables of the study state them in EUR/MWh (1 ct/kWh is 10 EUR/MWh).</footer>
</body>
</html>
`;
}

interface Section {
  readonly id: string;
  readonly title: string;
  readonly html: string;
}

function section(id: string, title: string, content: string): Section | null {
  if (content === '') return null;
  const html = `<section id="${id}">\n<h2>${title}</h2>\n${content}\n</section>`;
  return { id, title, html };
}

function comparison(study: StudyReport): string {
  if (study.differences.length === 0) return '';
  const sentences = mainMetrics(study).flatMap(({ name }) =>
    study.differences
      .filter(({ metric }) => metric === name)
      .map(
        (difference) =>
          `<li>${escapeMarkup(differenceSentence(difference, study.differences))}</li>`,
      ),
  );
  const notes = [
    study.differences.some(({ low }) => low === null)
      ? 'Where no interval is given there is one pair alone; runs with further seeds would give one.'
      : '',
    study.differences.some(({ pairedBy }) => pairedBy === 'day')
      ? 'Where days are paired, values are means of whole days, and differ a little from those of the whole run.'
      : '',
    daysNote(study.differences),
    dayCallNote(study),
  ].filter((one) => one !== '');
  const note = notes.length === 0 ? '' : `<p class="quiet">${notes.join(' ')}</p>\n`;
  const table = htmlTable({
    label: 'All differences',
    columns: ['metric', 'of', 'mean', 'against', 'mean', 'difference', 'from', 'to', 'pairs'],
    words: [],
    rows: study.differences.map((one) => {
      const { value: textOf } = differenceTexts(one);
      const text = (value: number | null) => (value === null ? '' : textOf(value));
      return [
        metricLabel(one.metric),
        one.second,
        text(one.secondMean),
        one.first,
        text(one.firstMean),
        text(one.difference),
        text(one.low),
        text(one.high),
        pairsText(one),
      ];
    }),
  });
  return `<ul>\n${sentences.join('\n')}\n</ul>\n${note}<details><summary>All ${study.differences.length} metrics, with intervals at 95 per cent</summary>${table}</details>`;
}

function figures(study: StudyReport): string {
  return figuresWithNumbers(study).map(figureHtml).join('\n');
}

function figureHtml({ name, title, caption, table, draw }: Figure): string {
  return `<figure id="${name}">
<h3>${escapeMarkup(title)}</h3>
<div class="wide">${draw(WIDE)}</div>
<div class="narrow">${draw(NARROW)}</div>
<figcaption>${escapeMarkup(caption)}</figcaption>
<details><summary>The numbers as a table</summary>${htmlTable({ label: `${title}: the numbers`, ...table })}</details>
</figure>`;
}

function metrics(study: StudyReport): string {
  const shown = firstRuns(study).length > 0 ? firstRuns(study) : study.runs.slice(0, 1);
  const rows = study.definitions.flatMap(({ name, unit, meaning }) => {
    const values = shown.map((run) => metricOf(run, name));
    if (values.every((value) => value === null)) return [];
    const texts = values.map((value) =>
      value === null ? '' : shownMetric(name, unit, value).text,
    );
    return [[metricLabel(name), ...texts, meaning]];
  });
  const without = study.definitions.length - rows.length;
  const notes = [
    study.runs.length > shown.length
      ? `Of the first run of each mechanism (${shown.map(runLabel).join('; ')}); the table metrics holds all ${study.runs.length} runs.`
      : '',
    without > 0
      ? `${without} metrics have no value in this study, for it has not what they measure.`
      : '',
    dayCallNote(study),
  ].filter((note) => note !== '');
  return `${htmlTable({
    label: 'Metrics',
    columns: ['metric', ...shown.map(({ result }) => result.mechanism), 'definition'],
    words: [shown.length + 1],
    rows,
  })}${notes.map((note) => `\n<p class="quiet">${escapeMarkup(note)}</p>`).join('')}`;
}

function members(study: StudyReport): string {
  const shown = drawnRuns(study);
  const note = leftOutNote(study);
  const left = note === '' ? '' : ` ${note}`;
  const [first] = shown;
  if (first === undefined || first.result.members.length === 0) return '';
  const kwh = (wattHours: number) => fixedText(wattHours / 1e3, 1);
  const eur = (money: number) => fixedText(eurOf(money), 2);
  const parts = shown.map(({ result }) => {
    const table = htmlTable({
      label: `Members under ${result.mechanism}`,
      columns: [
        'member',
        'load, kWh',
        'generation, kWh',
        'bought, kWh',
        'sold, kWh',
        'from supplier, kWh',
        'to supplier, kWh',
        'bill, EUR',
        'supplier alone, EUR',
        'saved, EUR',
      ],
      rows: result.members
        .slice(0, ROWS_MAX)
        .map((one) => [
          one.name,
          kwh(one.loadWh),
          kwh(one.generationWh),
          kwh(one.boughtWh),
          kwh(one.soldWh),
          kwh(one.importWh),
          kwh(one.exportWh),
          eur(one.bill),
          eur(one.supplierOnlyBill),
          eur(one.supplierOnlyBill - one.bill),
        ]),
    });
    return shown.length === 1 ? table : `<h3>${escapeMarkup(result.mechanism)}</h3>\n${table}`;
  });
  return `<p class="quiet">Of ${escapeMarkup(runLabel(first))}. A bill below zero is received.${escapeMarkup(left)}${restNote(first.result.members.length, 'members')}</p>\n${parts.join('\n')}`;
}

function restNote(count: number, what: string): string {
  return count > ROWS_MAX
    ? ` The first ${ROWS_MAX} of ${count} ${what}; the tables of the study hold all.`
    : '';
}

function assumptions({ assumptions: sentences }: StudyReport): string {
  if (sentences.length === 0) return '<p>Nothing beyond the scenario.</p>';
  return `<ul>\n${sentences.map((one) => `<li>${escapeMarkup(one)}</li>`).join('\n')}\n</ul>`;
}

function runs(study: StudyReport): string {
  const keys = [...new Set(study.runs.flatMap(({ result }) => Object.keys(result.point)))];
  const note = restNote(study.runs.length, 'runs').trim();
  return `${note === '' ? '' : `<p class="quiet">${note}</p>\n`}${htmlTable({
    label: 'Runs',
    columns: ['run', 'mechanism', 'seed', ...keys],
    words: [1],
    rows: study.runs
      .slice(0, ROWS_MAX)
      .map(({ result: { run, mechanism, seed, point } }) => [
        run,
        mechanism,
        String(seed),
        ...keys.map((key) => String(point[key] ?? '')),
      ]),
  })}`;
}

function inputs(study: StudyReport): string {
  if (study.inputs.length === 0) return '<p>No files.</p>';
  return htmlTable({
    label: 'Inputs and their SHA-256',
    columns: ['file', 'SHA-256'],
    rows: study.inputs.map(({ file, sha256 }) => [file, sha256]),
    words: [1],
  });
}

const scenario = ({ scenarioText }: StudyReport): string =>
  `<div class="scroll" tabindex="0" role="region" aria-label="The resolved scenario"><pre>${escapeMarkup(scenarioText)}</pre></div>`;
