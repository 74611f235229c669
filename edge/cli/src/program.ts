/**
 * The commands. Each command's own module is loaded when it is called, so that none pays for the
 * others at its start.
 */

import { Command } from 'commander';
import manifest from '../package.json' with { type: 'json' };
import type { Status } from './terminal/status.ts';
import type { Terminal } from './terminal/terminal.ts';

/** What a command's action reports its exit status to. */
export type Answer = (status: Status) => void;

export function buildProgram(terminal: Terminal, answer: Answer): Command {
  const program = new Command('commonwatt')
    .description('An energy market whose every decision its members can verify.')
    .version(manifest.version, '--version')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => terminal.stdout.write(text),
      writeErr: (text) => terminal.stderr.write(text),
    });
  demoCommand(program, terminal, answer);
  proofCommands(program, terminal, answer);
  return program;
}

function collect(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}

function demoCommand(program: Command, terminal: Terminal, answer: Answer): void {
  program
    .command('demo')
    .description('runs a living street, or a case study, on a ledger of its own')
    .option('--case <name>', 'setm: the seven parties of the SETM case study')
    .option('--profiles <dir>', 'measured loads and generation as CSV files')
    .option('--dir <dir>', 'a new folder that keeps the ledger')
    .option('--slots <n>', 'ends after so many quarter hours')
    .option('--speed <x>', 'how many times faster than the wall clock; headless as fast as it goes')
    .option('--headless', 'without the web app: ends and prints a summary')
    .option('--json', 'one line of JSON')
    .action(async (options) => {
      const { demo } = await import('./commands/demo.ts');
      answer(await demo(terminal, options));
    });
}

function proofCommands(program: Command, terminal: Terminal, answer: Answer): void {
  program
    .command('verify')
    .description('reads JSON lines on standard input and prints one JSON verdict per line')
    .action(async () => {
      const { verify } = await import('./commands/verify.ts');
      answer(await verify(terminal));
    });
  program
    .command('audit')
    .argument('<dir>', 'the folder of a ledger')
    .description('executes a whole ledger again from its bytes and compares every block')
    .option('--checkpoint <file>', 'a signed checkpoint that must stand in this ledger')
    .option('--key <vkey>', 'a verification key for the checkpoint; may be repeated', collect, [])
    .option('--threshold <n>', 'how many of the keys must have signed it')
    .option('--readings <dir>', 'opened readings of an auditor: settlements are computed again')
    .option('--json', 'one line of JSON')
    .action(async (directory: string, options) => {
      const { audit } = await import('./commands/audit.ts');
      answer(await audit(terminal, directory, options));
    });
}
