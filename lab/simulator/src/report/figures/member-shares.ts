import type { MemberResult } from '../../study/results.ts';
import type { Form } from '../chart.ts';
import type { Figure } from '../figure.ts';
import { fixedText } from '../number-text.ts';
import { drawRows, type RowMark } from '../rows.ts';
import { drawnRuns, runLabel, type StudyReport } from '../study-report.ts';
import { SOURCE_LOOKS } from './energy-balance.ts';
import { memberRows } from './member-rows.ts';

const PER_CENT = (form: Form) => ({
  min: 0,
  max: 100,
  step: form.name === 'wide' ? 10 : 25,
  decimals: 0,
});

interface Shares {
  readonly member: MemberResult;
  readonly own: number;
  readonly community: number;
}

/** Where the load of each member came from. */
export function selfSufficiency(study: StudyReport): Figure | null {
  return sharesFigure(study, {
    name: 'self-sufficiency',
    title: 'Self-sufficiency of each member',
    sentence:
      'where the load came from; own and community energy together are its self-sufficiency',
    whole: ({ loadWh }) => loadWh,
    parts: ({ selfConsumedWh, boughtWh }) => [selfConsumedWh, boughtWh],
    columns: ['from own, %', 'from community, %', 'self-sufficiency, %', 'load, kWh'],
    axisTitle: '% of the load',
  });
}

/** Where the generation of each member went. */
export function selfConsumption(study: StudyReport): Figure | null {
  return sharesFigure(study, {
    name: 'self-consumption',
    title: 'Self-consumption of each member',
    sentence:
      'where the generation went, of members that have any; own and community use together are what stayed local',
    whole: ({ generationWh }) => generationWh,
    parts: ({ selfConsumedWh, soldWh }) => [selfConsumedWh, soldWh],
    columns: ['to own use, %', 'to community, %', 'local use, %', 'generation, kWh'],
    axisTitle: '% of the generation',
  });
}

interface SharesOf {
  readonly name: string;
  readonly title: string;
  readonly sentence: string;
  readonly whole: (member: MemberResult) => number;
  readonly parts: (member: MemberResult) => readonly [own: number, community: number];
  readonly columns: readonly string[];
  readonly axisTitle: string;
}

function sharesFigure(study: StudyReport, of: SharesOf): Figure | null {
  const [run] = drawnRuns(study);
  if (run === undefined) return null;
  const members = run.result.members.filter((member) => of.whole(member) > 0);
  if (members.length === 0) return null;
  const { shown, note } = memberRows(members, (member) => {
    const { own, community } = sharesOf(member, of);
    return own + community;
  });
  const rows = shown.map((index) => sharesOf(members[index]!, of));
  const names = rows.map(({ member }) => member.name);
  return {
    name: of.name,
    title: of.title,
    caption: `Of ${runLabel(run)}, ${run.result.mechanism}: ${of.sentence}.${note}`,
    table: {
      columns: ['member', ...of.columns],
      rows: rows.map(({ member, own, community }) => [
        member.name,
        fixedText(own, 2),
        fixedText(community, 2),
        fixedText(own + community, 2),
        fixedText(of.whole(member) / 1e3, 3),
      ]),
    },
    draw: (form) =>
      drawRows({
        name: of.name,
        description: `${of.title}: shares in per cent for ${names.length} members. The table below holds the same numbers.`,
        form,
        names,
        axisTitle: of.axisTitle,
        scale: PER_CENT(form),
        notes: rows.map(({ own, community }) => `${fixedText(own + community, 0)} %`),
        marks: shareMarks(rows),
      }),
  };
}

/** A member may sell out of its battery what it made before: shares are then cut at the whole. */
function sharesOf(member: MemberResult, of: SharesOf): Shares {
  const whole = of.whole(member);
  const [own, community] = of.parts(member);
  const ownShare = Math.min(100, (100 * own) / whole);
  return { member, own: ownShare, community: Math.min(100 - ownShare, (100 * community) / whole) };
}

const shareMarks = (rows: readonly Shares[]): readonly RowMark[] => {
  const bar = (label: keyof typeof SOURCE_LOOKS, values: readonly number[]): RowMark => ({
    kind: 'bar',
    label,
    look: SOURCE_LOOKS[label],
    stack: 'all',
    values,
  });
  return [
    bar(
      'own',
      rows.map(({ own }) => own),
    ),
    bar(
      'community',
      rows.map(({ community }) => community),
    ),
    bar(
      'supplier',
      rows.map(({ own, community }) => 100 - own - community),
    ),
  ];
};
