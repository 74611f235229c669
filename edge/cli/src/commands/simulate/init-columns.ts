/** A table with a column for each meter: a detected profile has one column for each way, and names the others. */

import type { ImportProfile, Proposal } from '@commonwatt/client/import';

type ProfileColumn = ImportProfile['columns'][number];

const LEFT_OUT = /^column (".*") is left out: a second (import|export)$/;
/** What a counter shows beside the energy of an interval is the same energy again. */
const COUNTER_WORDS = /z(ä|ae)hlerstand|counter|register|total|reading/i;
const UNIT = /(?:^|[^a-z])(mwh|kwh|wh|kw|w)(?:[^a-z]|$)/i;
const UNITS = { mwh: 'MWh', kwh: 'kWh', wh: 'Wh', kw: 'kW', w: 'W' } as const;

/**
 * With a meter for each column where the file has several of one direction; undefined where it has not.
 * `stem` is what the meters' names begin with.
 */
export function metersByColumn(
  { profile, doubts }: Proposal,
  stem: string,
): { readonly profile: ImportProfile; readonly doubts: readonly string[] } | undefined {
  const [first] = profile.columns;
  if (first === undefined) return undefined;
  const further = doubts.flatMap((doubt) => columnOf(doubt, first) ?? []);
  if (further.length === 0) return undefined;
  const columns = [...profile.columns, ...further].map((column) => ({
    ...column,
    meter: `${stem}-${column.column.join(' ')}`.slice(0, METER_CHARACTERS_MAX),
  }));
  const names = new Set(further.map(({ column }) => column.join(' ')));
  const others = doubts.filter((doubt) => !names.has(leftOut(doubt)?.name ?? ''));
  const listed = columns.map(({ column }) => column.join(' '));
  const shown = listed.slice(0, NAMES_MAX).join(', ');
  const rest = listed.length > NAMES_MAX ? ` and ${listed.length - NAMES_MAX} more` : '';
  return {
    profile: { ...profile, columns },
    doubts: [...others, `columns side by side are meters of their own: ${shown}${rest}`],
  };
}

const METER_CHARACTERS_MAX = 100;
const NAMES_MAX = 20;

function leftOut(doubt: string): { name: string; direction: 'import' | 'export' } | undefined {
  const [, quoted, direction] = LEFT_OUT.exec(doubt) ?? [];
  if (quoted === undefined) return undefined;
  const name: unknown = JSON.parse(quoted);
  // A heading that was cut for a message names no column.
  if (typeof name !== 'string' || name.endsWith('...')) return undefined;
  return { name, direction: direction === 'export' ? 'export' : 'import' };
}

function columnOf(doubt: string, first: ProfileColumn): ProfileColumn | undefined {
  const found = leftOut(doubt);
  if (found === undefined) return undefined;
  const { name, direction } = found;
  if (!first.isCumulative && COUNTER_WORDS.test(name)) return undefined;
  const unit = UNIT.exec(name)?.[1]?.toLowerCase();
  const known = unit === undefined ? undefined : UNITS[unit as keyof typeof UNITS];
  return { ...first, column: [name], direction, unit: known ?? first.unit };
}
