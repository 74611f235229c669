import type { Commands } from './commands.ts';

/** Settlement by itself. */
export const settleCommands: Commands = (program, terminal, answer) => {
  program
    .command('settle')
    .description('settles trades with readings from two CSV files, without a ledger')
    .requiredOption('--trades <file>', 'columns trade, slot, seller, buyer, energy_wh, price')
    .requiredOption('--readings <file>', 'columns member, slot, direction, energy_wh')
    .option('--json', 'one line of JSON')
    .action(async (options) => {
      const { settle } = await import('../commands/settle/settle.ts');
      answer(settle(terminal, options));
    });
  program
    .command('check-run')
    .description(
      'executes the open settlement runs of a ledger again; with a key signs or disputes',
    )
    .requiredOption('--ledger <dir>', 'the folder of the ledger')
    .requiredOption('--readings <path>', "an auditor's readings: the file, or its folder")
    .option('--node <url>', 'the node; COMMONWATT_NODE, or http://localhost:8080')
    .option(
      '--keystore <file>',
      "the checker's key; COMMONWATT_KEYSTORE; without it nothing is sent",
    )
    .option('--password-file <file>', 'whose first line is the password; COMMONWATT_PASSWORD')
    .option('--json', 'one line of JSON')
    .action(async (options) => {
      const { checkRuns } = await import('../commands/check-run.ts');
      answer(await checkRuns(terminal, options));
    });
};
