/** The shape of a message for people: one line per field with what it may hold. */

import type { Shape } from '@commonwatt/ledger';

const INDENT = '  ';

/** JSON as the message is written, with what each field may hold in the place of its value. */
export function shapeText(shape: Shape): string {
  return lines('', shape, 0).join('\n');
}

function lines(label: string, shape: Shape, depth: number): readonly string[] {
  const margin = INDENT.repeat(depth);
  switch (shape.kind) {
    case 'struct': {
      const inner = shape.fields.flatMap(([name, one]) => lines(`"${name}": `, one, depth + 1));
      return [`${margin}${label}{`, ...inner, `${margin}}`];
    }
    case 'list':
      return [
        `${margin}${label}[ at most ${shape.countMax} of`,
        ...lines('', shape.item, depth + 1),
        `${margin}]`,
      ];
    case 'optional':
      return lines(`${label}null, or `, shape.item, depth);
    default:
      return [`${margin}${label}${scalarText(shape, label)}`];
  }
}

type Scalar = Exclude<Shape, { readonly kind: 'struct' | 'list' | 'optional' }>;

function scalarText(shape: Scalar, label: string): string {
  switch (shape.kind) {
    case 'integer':
      return shape.text
        ? `"whole number of ${unitOf(shape.most, shape.least, label)} as text"`
        : `${rangeText(shape, label)}`;
    case 'bytes':
      return shape.length === undefined
        ? `"up to ${shape.lengthMax} bytes in hex"`
        : `"${shape.length} bytes in hex"`;
    case 'text':
      return `"up to ${shape.lengthMax} printable ASCII characters"`;
    case 'boolean':
      return 'true or false';
    case 'choice':
      return shape.names.map((name) => `"${name}"`).join(' | ');
  }
}

function rangeText({ least, most }: { least: string; most: string }, label: string): string {
  return label.endsWith('Ms": ') ? 'milliseconds' : `${least} to ${most}`;
}

/** Each quantity has a width of its own; power and energy share one, and power's names end in W. */
function unitOf(most: string, least: string, label: string): string {
  if (most.length > 19) return 'nano-currency (1 EUR = 1000000000)';
  if (least.startsWith('-')) return 'nano-currency per Wh (1 ct/kWh = 10000)';
  return label.endsWith('W": ') ? 'W' : 'Wh';
}
