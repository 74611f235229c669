import { Option } from 'commander';
import { UsageError } from '../terminal/usage-error.ts';
import type { Commands } from './commands.ts';
import { openSolver } from './solver.ts';

function collect(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}

/** A forgotten seed is not the option behind it; one that is meant so is written `--seed=--json`. @throws UsageError */
function refuseOptionAsSeed(words: readonly string[]): void {
  const next = words[words.indexOf('--seed') + 1];
  if (!words.includes('--seed') || next === undefined || !next.startsWith('-')) return;
  throw new UsageError('--seed', 'a text (--seed=TEXT where it begins with a dash)', next);
}

/** What trusts nobody: verdicts on lines, on ledgers, on clearings. */
export const proofCommands: Commands = (program, terminal, answer) => {
  program
    .command('verify')
    .description('reads JSON lines on standard input and prints one JSON verdict per line')
    .action(async () => {
      const { verify } = await import('../commands/verify.ts');
      answer(await verify(terminal));
    });
  program
    .command('audit')
    .argument('<dir>', 'the folder of a ledger')
    .description('executes a whole ledger again from its bytes and compares every block')
    .option('--checkpoint <file>', 'a signed checkpoint that must stand in this ledger')
    .option('--key, --keys <vkey...>', 'verification keys for the checkpoint')
    .option('--threshold <n>', 'how many of the keys must have signed it')
    .option('--readings <dir>', 'opened readings of an auditor: settlements are computed again')
    .option('--json', 'one line of JSON')
    .addOption(new Option('--in-process <how>').choices(['watched', 'silent']).hideHelp())
    .addOption(new Option('--scratch <dir>').hideHelp())
    .action(async (directory: string, options) => {
      const { audit } = await import('../commands/audit.ts');
      answer(await audit(terminal, directory, options));
    });
  program
    .command('clear')
    .description('clears one book of orders from CSV on standard input, without a ledger')
    .option('--mechanism <name>', 'a name, two joined by a comma to compare, or ./mine.js')
    .option('--list', 'names the mechanisms with source, ties and properties')
    .option('--describe <name>', 'parameters, further columns and files of a mechanism')
    .option('--param <k=v>', 'a setting of the mechanism; may be repeated', collect, [])
    .option('--file <name=path>', 'an extra table as CSV; may be repeated', collect, [])
    .option('--seed <text>', 'from which lots are drawn among equals', '')
    .option('--json', 'one line of JSON per slot')
    .action(async (options) => {
      refuseOptionAsSeed(program.args);
      const { clear } = await import('../commands/clear.ts');
      answer(await clear(terminal, options, openSolver));
    });
};
