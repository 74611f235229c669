/** Tables as HTML. The first column names the row; all others stand to the right, as numbers do. */

import { escapeMarkup } from './markup.ts';

/** About as many rows, each of two lines, are seen without scrolling. */
const ROWS_SEEN = 10;

export interface HtmlTable {
  /** What a screen reader calls it. */
  readonly label: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** Columns of words, by their place: they stand to the left, and may take several lines. */
  readonly words?: readonly number[];
}

export function htmlTable({ label, columns, rows, words = [] }: HtmlTable): string {
  const heads = columns.map(
    (column, place) =>
      `<th scope="col"${words.includes(place) ? ' class="text"' : ''}>${escapeMarkup(column)}</th>`,
  );
  const lines = rows.map((cells) => {
    const fields = cells.map((cell, place) => {
      if (place === 0) return `<th scope="row">${escapeMarkup(cell)}</th>`;
      return `<td${words.includes(place) ? ' class="text wrap"' : ''}>${escapeMarkup(cell)}</td>`;
    });
    return `<tr>${fields.join('')}</tr>`;
  });
  const note =
    rows.length > ROWS_SEEN
      ? `<p class="quiet scrolls">${rows.length} rows; the box scrolls.</p>\n`
      : '';
  return (
    `${note}<div class="scroll" tabindex="0" role="region" aria-label="${escapeMarkup(label)}"><table>` +
    `<thead><tr>${heads.join('')}</tr></thead><tbody>\n${lines.join('\n')}\n</tbody></table></div>`
  );
}
