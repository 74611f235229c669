import type { Commands } from './commands.ts';

/** What runs a market. */
export const nodeCommands: Commands = (program, terminal, answer) => {
  program
    .command('demo')
    .description('runs a living street, or a case study, on a ledger of its own')
    .option(
      '--case <name>',
      'setm: seven parties that negotiate; dplc: large consumers and generators',
    )
    .option('--profiles <dir>', 'measured loads and generation as CSV files')
    .option('--dir <dir>', 'a new folder that keeps the ledger')
    .option('--slots <n>', 'ends after so many quarter hours')
    .option('--speed <x>', 'how many times faster than the wall clock; headless as fast as it goes')
    .option('--headless', 'without the web app: ends and prints a summary')
    .option('--json', 'one line of JSON')
    .action(async (options) => {
      const { demo } = await import('../commands/demo.ts');
      answer(await demo(terminal, options));
    });
  const node = program
    .command('node')
    .description("runs a community's node until it is told to stop")
    .option('--config <file>', 'its configuration')
    .action(async ({ config }) => {
      const { runNode } = await import('../commands/node.ts');
      answer(await runNode(terminal, config));
    });
  node
    .command('init')
    .argument('[file]', 'where to write it', 'node.yaml')
    .description('writes an example of a configuration')
    .action(async (file: string) => {
      const { initNode } = await import('../commands/node.ts');
      answer(initNode(terminal, file));
    });
  program
    .command('witness')
    .description('cosigns checkpoints of ledgers, on proof that each continues the last one alone')
    .option('--config <file>', 'its name, key, folder and logs')
    .option('--show-key', 'prints its verification key and ends')
    .action(async (options) => {
      const { runWitness } = await import('../commands/witness.ts');
      answer(await runWitness(terminal, options));
    });
  program
    .command('backup')
    .argument('<dir>', 'the folder of a ledger, also while a node works on it')
    .description(
      'copies the ledger as it is at one moment, with personal records, bills and mailbox',
    )
    .requiredOption('--out <folder>', 'a new folder')
    .option('--keys <folder>', 'a new folder for the keys of the records, to be kept apart')
    .option('--json', 'one line of JSON')
    .action(async (directory: string, options) => {
      const { backup } = await import('../commands/backup.ts');
      answer(await backup(terminal, directory, options));
    });
  program
    .command('restore')
    .argument('<backup>', 'what `commonwatt backup` made')
    .description('goes on from a backup in a new epoch, which members and witnesses will see')
    .requiredOption('--dir <dir>', 'a new folder')
    .option('--accept-loss', 'every block after the backup is given up')
    .requiredOption('--keystore <file>', 'the key of an operator of the ledger')
    .option('--password-file <file>', 'whose first line is the password')
    .option('--checkpoint <file>', 'the newest checkpoint anybody kept: it names what is lost')
    .option('--keys <folder>', "the keys of the backup's records, where they were kept apart")
    .option('--epoch <n>', 'the epoch to begin, where more were begun than these know of')
    .option('--json', 'one line of JSON')
    .action(async (from: string, options) => {
      const { restore } = await import('../commands/backup.ts');
      answer(await restore(terminal, from, options));
    });
};
