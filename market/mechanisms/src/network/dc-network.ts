/**
 * Power flow on a lossless DC network, exact: what injections make flow on each line is a fraction of whole numbers,
 * so that whether a line carries it is decided in integers.
 *
 * The flow of a line is its susceptance times the difference of the angles at its ends, and the angles solve the
 * reduced Laplacian (Stott, Jardim and Alsaç 2009). Its inverse is found by elimination without fractions
 * (Bareiss 1968), one component of the network after the other.
 */

/** A line of a susceptance in any one unit, which carries `limit` Wh in the interval, either way. */
export type DcLine = {
  readonly from: number;
  readonly to: number;
  readonly susceptance: bigint;
  readonly limit: bigint;
};

export type DcNetwork = {
  readonly lines: readonly DcLine[];
  /** By node: the number of its component. */
  readonly components: readonly number[];
  /** By line, then by node: what one Wh into the node makes flow, times `denominators` of the component. */
  readonly factors: readonly (readonly bigint[])[];
  /** By component. */
  readonly denominators: readonly bigint[];
};

export function dcNetwork(nodes: number, lines: readonly DcLine[]): DcNetwork {
  const components = componentsOf(nodes, lines);
  const count = Math.max(-1, ...components) + 1;
  const inverse = Array.from({ length: nodes }, () => Array.from({ length: nodes }, () => 0n));
  const denominators = Array.from({ length: count }, (_, component) => {
    // The first node of a component is its reference, at angle 0.
    const inside = [...components.keys()].filter((at) => components[at] === component).slice(1);
    const { adjugate, determinant } = invert(laplacian(inside, lines));
    for (const [row, node] of inside.entries()) {
      for (const [column, other] of inside.entries()) {
        (inverse[node] as bigint[])[other] = adjugate[row]?.[column] ?? 0n;
      }
    }
    return determinant;
  });
  const factors = lines.map(({ from, to, susceptance }) =>
    Array.from(
      { length: nodes },
      (_, node) => susceptance * ((inverse[from]?.[node] ?? 0n) - (inverse[to]?.[node] ?? 0n)),
    ),
  );
  return { lines, components, factors, denominators };
}

/** What flows on a line, times the denominator of its component, for injections that sum to nothing there. */
export function flowOf(
  { factors }: DcNetwork,
  line: number,
  injections: readonly bigint[],
): bigint {
  const factor = factors[line] ?? [];
  return injections.reduce((sum, into, node) => sum + (factor[node] ?? 0n) * into, 0n);
}

export function denominatorOf(
  { lines, components, denominators }: DcNetwork,
  line: number,
): bigint {
  return denominators[components[lines[line]?.from ?? 0] ?? 0] ?? 1n;
}

/** By node: components numbered in the order of their first nodes. */
function componentsOf(nodes: number, lines: readonly DcLine[]): number[] {
  const components = Array.from({ length: nodes }, (_, node) => node);
  for (const { from, to } of lines) {
    const [one, other] = [components[from] as number, components[to] as number];
    for (const [node, component] of components.entries()) {
      if (component === Math.max(one, other)) components[node] = Math.min(one, other);
    }
  }
  const roots = [...new Set(components)];
  return components.map((root) => roots.indexOf(root));
}

function laplacian(inside: readonly number[], lines: readonly DcLine[]): bigint[][] {
  const places = new Map(inside.map((node, place) => [node, place]));
  const matrix = inside.map(() => inside.map(() => 0n));
  const add = (row: number | undefined, column: number | undefined, value: bigint) => {
    if (row === undefined || column === undefined) return;
    const cells = matrix[row] as bigint[];
    cells[column] = (cells[column] as bigint) + value;
  };
  for (const { from, to, susceptance } of lines) {
    const [start, end] = [places.get(from), places.get(to)];
    add(start, start, susceptance);
    add(end, end, susceptance);
    add(start, end, -susceptance);
    add(end, start, -susceptance);
  }
  return matrix;
}

/** Of a positive definite matrix, whose pivots are its leading minors and never nothing. */
function invert(matrix: readonly (readonly bigint[])[]) {
  const size = matrix.length;
  let rows = matrix.map((row, at) => [
    ...row,
    ...row.map((_, column) => (column === at ? 1n : 0n)),
  ]);
  let before = 1n;
  for (let step = 0; step < size; step++) {
    const pivotRow = rows[step] as bigint[];
    const pivot = pivotRow[step] as bigint;
    const divisor = before;
    rows = rows.map((row, at) => {
      if (at === step) return row;
      const lead = row[step] as bigint;
      return row.map(
        (cell, column) => (pivot * cell - lead * (pivotRow[column] as bigint)) / divisor,
      );
    });
    before = pivot;
  }
  return { adjugate: rows.map((row) => row.slice(size)), determinant: before };
}
