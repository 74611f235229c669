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
};
