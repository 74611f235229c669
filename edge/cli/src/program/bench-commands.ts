import { benchNames } from '../bench/bench.ts';
import type { Commands } from './commands.ts';

/** How fast it is. */
export const benchCommands: Commands = (program, terminal, answer) => {
  program
    .command('bench')
    .argument('<name>', `one of ${benchNames.join(', ')}`)
    .description('measures a goal of speed, ours and the yardstick in one interleaved run')
    .option('--json', 'one line of JSON')
    .action(async (name: string, options) => {
      const { bench } = await import('../commands/bench.ts');
      answer(await bench(terminal, name, options));
    });
};
