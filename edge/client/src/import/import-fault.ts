/** Why a profile or a file cannot be used: where, what was expected there, and what stands there. */

const SHOWN_CHARACTERS = 60;

export class ImportFault extends Error {
  override readonly name = 'ImportFault';
  /** The file with its line and column, or the profile with its field. */
  readonly place: string;
  readonly expected: string;
  readonly got: string;

  constructor(place: string, expected: string, got: string) {
    super(`${place}: expected ${expected}, got ${got}`);
    this.place = place;
    this.expected = expected;
    this.got = got;
  }
}

/** A cell as an error shows it: quoted, and cut when it is long. */
export function shown(text: string): string {
  const cut = text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}...` : text;
  return JSON.stringify(cut);
}
