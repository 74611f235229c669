/** Rows under headings, columns as wide as their widest cell. Figures stand to the right. */

export type Alignment = 'left' | 'right';

export interface Column {
  readonly heading: string;
  readonly align?: Alignment;
}

export function formatTable(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
): string {
  const headings = columns.map(({ heading }) => heading);
  // Not by arguments of one call: a table may have a million rows.
  const widths = headings.map((heading, at) =>
    rows.reduce((most, row) => Math.max(most, width(row[at] ?? '')), width(heading)),
  );
  const line = (cells: readonly string[]): string =>
    columns
      .map(({ align = 'left' }, at) => {
        const cell = cells[at] ?? '';
        const space = ' '.repeat((widths[at] ?? 0) - width(cell));
        return align === 'right' ? space + cell : cell + space;
      })
      .join('  ')
      .trimEnd();
  return [line(headings), line(widths.map((one) => '-'.repeat(one))), ...rows.map(line)].join('\n');
}

/** Characters as people count them. */
function width(text: string): number {
  return [...text].length;
}
