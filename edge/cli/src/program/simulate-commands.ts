import type { Commands } from './commands.ts';
import { openSolver } from './solver.ts';

/** Studies: many slots of a market in virtual time. */
export const simulateCommands: Commands = (program, terminal, answer) => {
  const simulate = program
    .command('simulate')
    .argument('<scenario>', 'a YAML file; `simulate init` writes one')
    .description('runs a study of a community over days or years, with tables and a report')
    .enablePositionalOptions()
    .option('--out <dir>', 'the folder of the study')
    .option('--compare <mechanisms>', 'names joined by commas, on the same seeds')
    .option('--jobs <count>', 'runs side by side; as many as there are cores otherwise')
    .option('--only <run>', 'one run alone, by its name; - for those that standard input names')
    .option('--replace', 'over another study in the folder')
    .option('--json', 'one line of JSON')
    .action(async (scenario: string, options) => {
      const { simulate: run } = await import('../commands/simulate/simulate.ts');
      answer(await run(terminal, scenario, options, openSolver));
    });
  simulate
    .command('init')
    .description('writes a scenario that can be run from a folder of measured profiles')
    .requiredOption('--profiles <dir>', 'CSV files of loads and solar plants, in any known layout')
    .requiredOption('--out <file>', 'the scenario')
    .option('--profile <file or name>', 'how the files are written; detected otherwise')
    .option('--zone <zone>', 'of times without an offset, where the layout is detected')
    .action(async (options) => {
      const { simulateInit } = await import('../commands/simulate/init.ts');
      answer(await simulateInit(terminal, options));
    });
  simulate
    .command('schema')
    .description('prints the JSON Schema of a scenario')
    .action(async () => {
      const { simulateSchema } = await import('../commands/simulate/init.ts');
      answer(simulateSchema(terminal));
    });
};
