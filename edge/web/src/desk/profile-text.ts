/** Single fields of a profile's text, so that the usual ones need no text editing. */

export const PROFILE_FIELDS = [
  'zone',
  'label',
  'intervalMinutes',
  'decimalSign',
  'delimiter',
] as const;
/** Of a typical day alone. */
const DAY_FIELDS = ['firstDay', 'lastDay'] as const;
export type ProfileField = (typeof PROFILE_FIELDS)[number] | (typeof DAY_FIELDS)[number];

const IN_TIME: ReadonlySet<ProfileField> = new Set([
  'zone',
  'label',
  'intervalMinutes',
  ...DAY_FIELDS,
]);

function lineOf(field: ProfileField): RegExp {
  const indent = IN_TIME.has(field) ? ' +' : '';
  return new RegExp(`^(${indent})${field}:[ ]*(.*)$`, 'm');
}

/** Whether the text has a place for the field: one that stands there, or the block it belongs to. */
export function hasPlaceFor(text: string, field: ProfileField): boolean {
  return !IN_TIME.has(field) || /^time:[ ]*$/m.test(text) || lineOf(field).test(text);
}

/** What the text says of the field; nothing where it says nothing. */
export function fieldIn(text: string, field: ProfileField): string | undefined {
  return lineOf(field)
    .exec(text)?.[2]
    ?.trim()
    .replace(/^(["'])(.*)\1$/, '$2');
}

/** The text with the field set to a value; everything else stays as it was written. */
export function withField(text: string, field: ProfileField, value: string): string {
  const written = JSON.stringify(value);
  const line = lineOf(field);
  if (line.test(text)) {
    return text.replace(line, (_whole, indent: string) => `${indent}${field}: ${written}`);
  }
  if (!IN_TIME.has(field)) return `${field}: ${written}\n${text}`;
  return text.replace(/^time:[ ]*$/m, (whole) => `${whole}\n  ${field}: ${written}`);
}
