/** The frame of everything on a screen, and what stands in it while it loads, fails or is empty. */

import type { ReactNode } from 'react';
import { faultWords } from '../fault-words.ts';
import { en } from '../words/en.ts';

export function Panel(props: {
  readonly title?: string;
  readonly aside?: ReactNode;
  readonly className?: string;
  /** Where its title does not tell it from others: how it is called by readers of screens. */
  readonly label?: string;
  /** Its title is what the whole screen is about. */
  readonly isMain?: boolean;
  readonly children: ReactNode;
}) {
  const Heading = props.isMain === true ? 'h1' : 'h2';
  return (
    <section className={`panel ${props.className ?? ''}`} aria-label={props.label ?? props.title}>
      {props.title !== undefined && (
        <header className="panel-head">
          <Heading>{props.title}</Heading>
          {props.aside}
        </header>
      )}
      {props.children}
    </section>
  );
}

/** In per cent, like lines of text: no two alike. */
const SKELETON_WIDTHS = [90, 67, 89, 66, 88, 65, 87, 64];

export function Skeleton({ lines }: { readonly lines: number }) {
  return (
    <div className="skeleton" role="status" aria-busy="true" aria-label={en.loading}>
      {SKELETON_WIDTHS.slice(0, lines).map((percent) => (
        <i key={percent} style={{ width: `${percent}%` }} />
      ))}
    </div>
  );
}

export function Empty({ children }: { readonly children: ReactNode }) {
  return <p className="empty">{children}</p>;
}

export function Failed({ fault }: { readonly fault: unknown }) {
  return (
    <p className="failed" role="alert">
      {faultWords(fault)}
    </p>
  );
}

/** What a question has to show: its answer, or its state in words. */
export function Answer<T>(props: {
  readonly of: { readonly data: T | undefined; readonly error: unknown };
  readonly lines?: number;
  readonly children: (value: T) => ReactNode;
}) {
  if (props.of.data !== undefined) return <>{props.children(props.of.data)}</>;
  if (props.of.error) return <Failed fault={props.of.error} />;
  return <Skeleton lines={props.lines ?? 3} />;
}

export function Tile(props: {
  readonly label: string;
  readonly hint: string;
  readonly value: string | undefined;
  /** Why there is no value yet. */
  readonly without?: string;
  readonly tone?: 'accent' | 'supplier';
}) {
  return (
    <div
      className={`tile ${props.tone === undefined ? '' : `tone-${props.tone}`}`}
      title={props.hint}
    >
      <span className="tile-label">{props.label}</span>
      {props.value === undefined ? (
        <span className="tile-without">{props.without ?? '–'}</span>
      ) : (
        <span className="tile-value">{props.value}</span>
      )}
    </div>
  );
}

/** Names and values, one pair per row. */
export function Facts({ of }: { readonly of: readonly (readonly [string, ReactNode])[] }) {
  return (
    <dl className="facts">
      {of.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
