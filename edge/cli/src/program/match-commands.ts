import type { Commands } from './commands.ts';

/** Direct purchase without a ledger, and papers computed again. */
export const matchCommands: Commands = (program, terminal, answer) => {
  program
    .command('match')
    .description('matches large consumers with generators from CSV files, without a ledger')
    .requiredOption('--buyers <file>', 'columns id, region, price, energy_mwh, green_mwh')
    .requiredOption(
      '--sellers <file>',
      'columns id, region, type, price, energy_mwh, environmental_price, cross_subsidy',
    )
    .requiredOption('--corridors <file>', 'columns from, to, loss_percent, transmission_price')
    .option('--limits <file>', 'columns from, to, limit_mwh')
    .option('--certificate-price <token>', 'token for a certificate of 1 MWh', '0')
    .option('--bundling <ratio>', 'thermal energy at most so many times the wind energy')
    .option('--seed <text>', 'from which lots are drawn among equals', '')
    .option('--reading <name>', 'stated, or printed as in the table of Tian et al.', 'stated')
    .option('--json', 'one line of JSON')
    .action(async (options) => {
      const { match } = await import('../commands/match/match.ts');
      answer(match(terminal, options));
    });
  program
    .command('reproduce')
    .argument('[name]', 'of an experiment')
    .description("computes a paper's tables again, ours beside theirs")
    .option('--list', 'names the experiments with their claims')
    .option('--profiles <dir>', 'a folder of measured profiles, for experiments on households')
    .option('--json', 'one line of JSON')
    .action(async (name: string | undefined, options) => {
      const { reproduce } = await import('../commands/reproduce.ts');
      answer(await reproduce(terminal, name, options));
    });
};
