import { savingOf } from '../../metrics/welfare.ts';
import type { Figure } from '../figure.ts';
import { barLook } from '../mechanism-looks.ts';
import { eurOf, fixedText } from '../number-text.ts';
import { drawRows } from '../rows.ts';
import { drawnRuns, runLabel, type StudyReport } from '../study-report.ts';
import { memberRows } from './member-rows.ts';

/** What each member saved against the supplier alone. */
export function memberSavings(study: StudyReport): Figure | null {
  const runs = drawnRuns(study);
  const [first] = runs;
  if (first === undefined || first.result.members.length === 0) return null;
  const { members } = first.result;
  const { shown, note } = memberRows(members, savingOf, runs.length);
  const names = shown.map((index) => members[index]!.name);
  const savings = runs.map(({ result }) => {
    const byName = new Map(result.members.map((member) => [member.name, savingOf(member)]));
    return names.map((name) => {
      const saving = byName.get(name);
      return saving === undefined ? null : eurOf(saving);
    });
  });
  const title = 'Saving of each member';
  return {
    name: 'member-savings',
    title,
    caption: `Of ${runLabel(first)}: the bill of the same energy with the supplier alone, less the bill, over the whole run. To the left of zero a member lost.${note}`,
    table: {
      columns: ['member', ...runs.map(({ result }) => `${result.mechanism}: saving, EUR`)],
      rows: names.map((name, row) => [
        name,
        ...savings.map((values) => (values[row] === null ? '' : fixedText(values[row]!, 4))),
      ]),
    },
    draw: (form) =>
      drawRows({
        name: 'member-savings',
        description: `${title}: bars in EUR for ${names.length} members, from the most to the least. The table below holds the same numbers.`,
        form,
        names,
        axisTitle: 'EUR saved',
        marks: runs.map(({ result }, index) => ({
          kind: 'bar',
          label: result.mechanism,
          look: barLook(index),
          values: savings[index]!,
        })),
        ...(runs.length === 1 ? { notes: savings[0]!.map((value) => fixedText(value!, 2)) } : {}),
      }),
  };
}
