/** What `clear --list` and `clear --describe` say of mechanisms. */

import {
  AUCTION_DUTIES,
  expectedOf,
  type Field,
  formatValue,
  SHARING_DUTIES,
} from '@commonwatt/mechanisms';
import { formatTable } from '../../terminal/table.ts';
import type { Clearable } from './mechanism-choice.ts';

export function descriptionJson(mechanism: Clearable): object {
  const { name, version, kind, source, rule, ties, holds } = mechanism;
  const { settings, ignoresPrice = false, columns = [], tables = [] } = mechanism;
  return {
    name,
    version,
    family: kind,
    source,
    rule,
    ties,
    ...(holds !== undefined && { holds }),
    properties: testedOf(mechanism),
    params: settings.map(fieldJson),
    price: ignoresPrice ? 'ignored' : 'required',
    columns: columns.map(fieldJson),
    files: tables.map(({ name: table, meaning, required = false, columns: fields }) => ({
      name: table,
      meaning,
      required,
      columns: fields.map(fieldJson),
    })),
    solver: mechanism.problem !== undefined,
  };
}

/** What is tested of it: what it promises, then what every mechanism of its kind owes. */
function testedOf({ kind, properties }: Clearable): readonly string[] {
  const duties: readonly string[] = kind === 'auction' ? AUCTION_DUTIES : SHARING_DUTIES;
  return [...new Set([...properties, ...duties])];
}

export function listText(mechanisms: readonly Clearable[]): string {
  return mechanisms
    .map((mechanism) => ({ ...mechanism, tested: testedOf(mechanism) }))
    .map(({ name, source, ties, tested }) =>
      [name, `  source: ${source}`, `  ties: ${ties}`, `  properties: ${tested.join(', ')}`].join(
        '\n',
      ),
    )
    .join('\n');
}

export function descriptionText(mechanism: Clearable): string {
  const { name, version, source, rule, ties, holds } = mechanism;
  const { settings, ignoresPrice, columns = [], tables = [], problem } = mechanism;
  return [
    `${name} ${version}`,
    `  rule: ${rule}`,
    `  source: ${source}`,
    `  ties: ${ties}`,
    `  properties tested: ${testedOf(mechanism).join(', ')}`,
    ...(holds === undefined ? [] : [`  holds: ${holds}`]),
    ...(ignoresPrice === true ? ['  the price column is ignored and may be empty'] : []),
    ...(problem === undefined ? [] : ['  a solver proposes, the mechanism checks']),
    '',
    'orders: id,member,side,price,energy_wh, and where wanted time, zone, slot, minimum_wh',
    ...part('parameters (--param NAME=VALUE)', settings),
    ...part('columns of the orders', columns),
    ...tables.flatMap(({ name: table, meaning, required, columns: fields }) =>
      part(
        `--file ${table}=FILE${required === true ? '' : ' (may be left out)'}: ${meaning}`,
        fields,
      ),
    ),
  ].join('\n');
}

function part(heading: string, fields: readonly Field[]): string[] {
  if (fields.length === 0) return [];
  const columns = [
    { heading: 'name' },
    { heading: 'takes' },
    { heading: 'otherwise' },
    { heading: 'meaning' },
  ];
  const rows = fields.map((field) => [
    field.name,
    expectedOf(field),
    otherwise(field),
    field.meaning,
  ]);
  return ['', heading, formatTable(columns, rows)];
}

function otherwise(field: Field): string {
  const { required, fallback } = field;
  if (required === true) return 'required';
  return fallback === undefined ? 'none' : formatValue(field, fallback);
}

function fieldJson(field: Field): object {
  const { name, meaning, form, choices, fallback, required = false } = field;
  return {
    name,
    meaning,
    form,
    takes: expectedOf(field),
    required,
    ...(choices && { choices }),
    ...(fallback !== undefined && { default: formatValue(field, fallback) }),
  };
}
