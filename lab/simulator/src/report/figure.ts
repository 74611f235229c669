/** A figure: a picture in two widths, a sentence under it, and the same numbers as a table. */

import type { Form } from './chart.ts';

export interface FigureTable {
  /** The unit stands in the name of the column. */
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

export interface Figure {
  /** Of the file and of the ids within it. */
  readonly name: string;
  readonly title: string;
  /** What is shown, of which run, gathered how; and what to see in it. */
  readonly caption: string;
  readonly table: FigureTable;
  draw(form: Form): string;
}
