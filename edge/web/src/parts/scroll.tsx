/** A table that is wider or longer than its place: it scrolls, by the keyboard too. */

import type { ReactNode } from 'react';
import { en } from '../words/en.ts';

export function Scroll({
  label,
  children,
}: {
  readonly label: string;
  readonly children: ReactNode;
}) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
    <section className="table-scroll" tabIndex={0} aria-label={en.chart.tableOf(label)}>
      {children}
    </section>
  );
}
