/** What was studied, in one sentence. */

import { dateLabel, localSlots } from './periods.ts';
import { drawnRuns, mechanismsOf, type StudyReport, sweptKeys } from './study-report.ts';

export function studySentence(study: StudyReport): string {
  const { scenario } = study;
  const { time, tariffs } = scenario;
  return (
    `${memberText(study)}, ${spanText(study)} in slots of ${time.slot_minutes} minutes, under ${list(mechanismsOf(study))}, ` +
    `where the supplier asks ${tariffs.supply_ct_per_kwh} ct/kWh and pays ${tariffs.feed_in_ct_per_kwh} ct/kWh${feeText(study)}${runText(study)}.`
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

function feeText({ scenario: { tariffs } }: StudyReport): string {
  const fee = tariffs.local_fee_ct_per_kwh;
  return fee === 0 ? '' : `, and the grid takes ${fee} ct/kWh of what members buy from each other`;
}

function runText(study: StudyReport): string {
  if (study.runs.length <= mechanismsOf(study).length) return '';
  const seeds = new Set(study.runs.map(({ result }) => result.seed)).size;
  const keys = sweptKeys(study);
  const parts = [
    ...(keys.length === 0 ? [] : [`${list(keys)} swept`]),
    ...(seeds === 1 ? [] : [`${seeds} seeds`]),
  ];
  return `; ${study.runs.length} runs${parts.length === 0 ? '' : `, ${parts.join(', ')}`}`;
}

const list = (words: readonly string[]): string =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
