/** Which name was meant: the known one that is fewest changed letters away. */

const NAME_CHARACTERS_MAX = 64;

/** Undefined where no known name is near: more than a third of the letters would have to change. */
export function nearestName(name: string, known: readonly string[]): string | undefined {
  if (name.length > NAME_CHARACTERS_MAX) return undefined;
  let nearest: string | undefined;
  let least = Math.max(2, Math.floor(name.length / 3)) + 1;
  for (const one of known) {
    if (one.length > NAME_CHARACTERS_MAX) continue;
    const letters = changedLetters(name.toLowerCase(), one.toLowerCase());
    if (letters < least && letters < one.length) {
      least = letters;
      nearest = one;
    }
  }
  return nearest;
}

/** `; meant: battery?`, or nothing. */
export function meantName(name: string, known: readonly string[]): string {
  const nearest = nearestName(name, known);
  return nearest === undefined ? '' : `; was ${nearest} meant?`;
}

/** Letters to insert, leave out or replace (Wagner and Fischer 1974), row by row. */
function changedLetters(from: string, to: string): number {
  let above = Array.from({ length: to.length + 1 }, (_, at) => at);
  for (let i = 1; i <= from.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= to.length; j += 1) {
      const replaced = above[j - 1]! + (from[i - 1] === to[j - 1] ? 0 : 1);
      row.push(Math.min(replaced, above[j]! + 1, row[j - 1]! + 1));
    }
    above = row;
  }
  return above[to.length]!;
}
