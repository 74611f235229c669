/** The order of rows by the bytes of their keys, which stand in one memory behind their lengths. */

/** Rows are sorted by four bytes of their keys and their place, which fit a double up to so many. */
const SORTED_BY_NUMBER_MAX = 1 << 20;
const LENGTH_BYTES = 2;

export interface KeyPlaces {
  /** Keys behind two bytes of length each. */
  readonly view: DataView;
  /** Where a row's key begins stands first of its columns. */
  readonly columns: Int32Array;
  /** Columns of a row. */
  readonly stride: number;
}

/** The rows by rising keys. No two have the same one. */
export function rowsByKey(rows: number[], keys: KeyPlaces): number[] {
  if (rows.length < 2) return rows;
  if (rows.length > SORTED_BY_NUMBER_MAX) {
    return rows.toSorted((a, b) => compareKeys(keys, a, b));
  }
  const places = new Float64Array(rows.length);
  for (let at = 0; at < rows.length; at++) {
    places[at] = keyBegin(keys, rows[at] as number) * SORTED_BY_NUMBER_MAX + at;
  }
  places.sort();
  const sorted = rows.slice();
  let first = 0;
  for (let at = 0; at < places.length; at++) {
    const place = places[at] as number;
    const row = rows[place % SORTED_BY_NUMBER_MAX] as number;
    sorted[at] = row;
    if (at === 0) continue;
    const begin = Math.floor(place / SORTED_BY_NUMBER_MAX);
    const isAlike = Math.floor((places[at - 1] as number) / SORTED_BY_NUMBER_MAX) === begin;
    if (!isAlike) first = at;
    else if (compareKeys(keys, sorted[at - 1] as number, row) > 0) insert(sorted, first, at, keys);
  }
  return sorted;
}

/** Moves the row at a place to where it belongs among those between `first` and it. */
function insert(sorted: number[], first: number, place: number, keys: KeyPlaces): void {
  const row = sorted[place] as number;
  let low = first;
  let high = place;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compareKeys(keys, sorted[middle] as number, row) > 0) high = middle;
    else low = middle + 1;
  }
  sorted.copyWithin(low + 1, low, place);
  sorted[low] = row;
}

/** The first four bytes of a key as a number; bytes that it does not have count as zero. */
function keyBegin({ view, columns, stride }: KeyPlaces, row: number): number {
  const from = columns[stride * row] as number;
  const length = view.getUint16(from);
  if (length >= 4) return view.getUint32(from + LENGTH_BYTES);
  let begin = 0;
  for (let at = 0; at < 4; at++) {
    begin = begin * 256 + (at < length ? view.getUint8(from + LENGTH_BYTES + at) : 0);
  }
  return begin;
}

function compareKeys({ view, columns, stride }: KeyPlaces, a: number, b: number): number {
  const oneAt = columns[stride * a] as number;
  const otherAt = columns[stride * b] as number;
  const oneLength = view.getUint16(oneAt);
  const otherLength = view.getUint16(otherAt);
  const end = LENGTH_BYTES + Math.min(oneLength, otherLength);
  let at = LENGTH_BYTES;
  while (at + 4 <= end && view.getInt32(oneAt + at) === view.getInt32(otherAt + at)) at += 4;
  for (; at < end; at++) {
    const difference = view.getUint8(oneAt + at) - view.getUint8(otherAt + at);
    if (difference !== 0) return difference;
  }
  return oneLength - otherLength;
}

export function sameBytes(
  one: DataView,
  oneAt: number,
  other: DataView,
  otherAt: number,
  length: number,
): boolean {
  let at = 0;
  for (; at + 4 <= length; at += 4) {
    if (one.getInt32(oneAt + at) !== other.getInt32(otherAt + at)) return false;
  }
  for (; at < length; at++) {
    if (one.getUint8(oneAt + at) !== other.getUint8(otherAt + at)) return false;
  }
  return true;
}
