/** What was studied, in one sentence. */

import { dateLabel, localSlots } from './periods.ts';
import { drawnRuns, mechanismsOf, type StudyReport, sweptKeys, tariffOf } from './study-report.ts';

export function studySentence(study: StudyReport): string {
  const { scenario } = study;
  const { time } = scenario;
  return (
    `${memberText(study)}, ${spanText(study)} in slots of ${time.slot_minutes} minutes, under ${list(mechanismsOf(study))}, ` +
    `where the supplier asks ${tariffText(study, 'supply_ct_per_kwh')} and pays ${tariffText(study, 'feed_in_ct_per_kwh')}${feeText(study)}${runText(study)}.`
  );
}

function memberText({ scenario: { members } }: StudyReport): string {
  const kinds = [
    ['solar', 'a solar plant'],
    ['battery', 'a battery'],
    ['electric_vehicle', 'an electric vehicle'],
    ['heat_pump', 'a heat pump'],
  ] as const;
  const parts = kinds.flatMap(([key, name]) => {
    const count = members.filter((member) => member[key] !== undefined).length;
    return count === 0 ? [] : [`${count} with ${name}`];
  });
  const all = `${members.length} ${members.length === 1 ? 'member' : 'members'}`;
  return parts.length === 0 ? all : `${all} (${parts.join(', ')})`;
}

/** Local dates of the first and the last slot. */
function spanText(study: StudyReport): string {
  const [run] = drawnRuns(study);
  const { time } = study.scenario;
  if (run === undefined) return `from ${time.from} until ${time.until}`;
  const days = localSlots(run.result).day;
  const first = dateLabel(days[0]!);
  const last = dateLabel(days.at(-1)!);
  return first === last ? `on ${first} (${time.zone})` : `from ${first} to ${last} (${time.zone})`;
}

type Tariff = keyof StudyReport['scenario']['tariffs'];

/** "8 ct/kWh", or "4 to 12 ct/kWh" where it was swept. */
function tariffText(study: StudyReport, tariff: Tariff): string {
  const values = study.runs.map((run) => tariffOf(study, run, tariff));
  const stated = study.scenario.tariffs[tariff];
  const least = values.reduce((low, value) => Math.min(low, value), values[0] ?? stated);
  const most = values.reduce((high, value) => Math.max(high, value), least);
  return least === most ? `${least} ct/kWh` : `${least} to ${most} ct/kWh`;
}

function feeText(study: StudyReport): string {
  const fee = tariffText(study, 'local_fee_ct_per_kwh');
  return fee === '0 ct/kWh'
    ? ''
    : `, and the grid takes ${fee} of what members buy from each other`;
}

function runText(study: StudyReport): string {
  if (study.runs.length <= mechanismsOf(study).length) return '';
  const seeds = new Set(study.runs.map(({ result }) => result.seed)).size;
  const keys = sweptKeys(study);
  const parts = [
    ...(keys.length === 0 ? [] : [`with ${list(keys)} swept`]),
    ...(seeds === 1 ? [] : [`over ${seeds} seeds`]),
  ];
  return [`; ${study.runs.length} runs`, ...parts].join(' ');
}

const list = (words: readonly string[]): string =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
