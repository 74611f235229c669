import manifest from '../package.json' with { type: 'json' };

/** Runs one command line, without the program's own name, and returns the exit status. */
export async function main(argv: readonly string[]): Promise<number> {
  if (argv[0] === '--version') {
    console.log(manifest.version);
    return 0;
  }
  console.error(`commonwatt: expected --version, got ${argv[0] ?? 'nothing'}`);
  return 2;
}
