/** The way to the one before and the one after; the arrow keys do the same. */

interface Way {
  readonly path: string;
  readonly words: string;
}

export function Neighbours(props: {
  readonly before: Way | undefined;
  readonly after: Way | undefined;
  readonly here: string;
  readonly hint: string;
}) {
  return (
    <nav className="neighbours">
      <Step way={props.before} sign="←" />
      <span title={props.hint}>{props.here}</span>
      <Step way={props.after} sign="→" />
    </nav>
  );
}

function Step({ way, sign }: { readonly way: Way | undefined; readonly sign: string }) {
  if (way === undefined) return <span className="step-none">{sign}</span>;
  return (
    <a href={way.path} title={way.words} aria-label={way.words}>
      {sign}
    </a>
  );
}
