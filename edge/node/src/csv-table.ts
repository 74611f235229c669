/** Rows of text as CSV (RFC 4180) that a spreadsheet opens without running anything in it. */

export function csvTable(rows: readonly (readonly string[])[]): string {
  return rows.map((row) => `${row.map(csvCell).join(',')}\r\n`).join('');
}

/**
 * Text that a spreadsheet would take for a formula gets an apostrophe in front, as OWASP advises: a name
 * comes from whoever bears it. Numbers, which begin with a minus at most, stay as they are.
 */
function csvCell(text: string): string {
  const isNumber = /^-?[0-9]+(\.[0-9]+)?$/.test(text);
  const safe = !isNumber && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
