/** Input that cannot be used: names the field, what was expected and what came. Ends with status 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  readonly facts: { readonly field: string; readonly expected: string; readonly got: string };
  constructor(field: string, expected: string, got: string) {
    super(`${field}: expected ${expected}, got ${got}`);
    this.facts = { field, expected, got };
  }
}

/** A file whose faults are told in lines of their own, each with its place. Ends with status 2. */
export class UnusableFileError extends Error {
  override readonly name = 'UnusableFileError';
}

/** Something that this machine lacks, such as an engine or a built web app. Ends with status 3. */
export class MissingError extends Error {
  override readonly name = 'MissingError';
}
