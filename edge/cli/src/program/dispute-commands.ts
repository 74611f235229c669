import type { Command } from 'commander';
import type { Commands } from './commands.ts';

function collect(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}

function withKey(command: Command): Command {
  return command
    .option('--node <url>', 'the node; COMMONWATT_NODE, or http://localhost:8080')
    .option('--keystore <file>', 'the key that signs; COMMONWATT_KEYSTORE')
    .option('--password-file <file>', 'whose first line is the password; COMMONWATT_PASSWORD')
    .option('--chain <hex>', "the ledger that is meant; the node's own word the first time")
    .option('--json', 'one line of JSON');
}

/** Settlement runs that stand open, and what a member disputes of them. */
export const disputeCommands: Commands = (program, terminal, answer) => {
  const dispute = program.command('dispute').description('disputes of settlement runs');
  const load = () => import('../commands/member/dispute.ts');
  withKey(dispute.command('list'))
    .description('own lines of runs that have not taken effect yet')
    .action(async (options) => answer(await (await load()).listOpenRuns(terminal, options)));
  withKey(dispute.command('open'))
    .description('disputes lines of a run: their amounts are held back, and nothing else')
    .requiredOption('--run <hash>', 'the run; see dispute list')
    .requiredOption('--trade <id>', 'the trade of a line; may be repeated', collect, [])
    .requiredOption('--reason <text>', 'what is wrong; everyone may read it')
    .requiredOption('--evidence <file>', 'where the proof of the lines is written')
    .action(async (options) => answer(await (await load()).openDispute(terminal, options)));
  dispute
    .command('verify')
    .argument('<file>', 'the evidence of a dispute')
    .description('checks the evidence without a node')
    .option('--run <file>', 'the run as JSON, as checkers are shown it')
    .option('--json', 'one line of JSON')
    .action(async (file: string, options) => {
      answer((await load()).verifyDispute(terminal, file, options));
    });
};
