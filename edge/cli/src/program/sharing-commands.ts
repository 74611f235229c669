import type { Command } from 'commander';
import type { Commands } from './commands.ts';

function withKey(command: Command): Command {
  return command
    .option('--node <url>', 'the node; COMMONWATT_NODE, or http://localhost:8080')
    .option('--keystore <file>', 'the key that signs; COMMONWATT_KEYSTORE')
    .option('--password-file <file>', 'whose first line is the password; COMMONWATT_PASSWORD')
    .option('--chain <hex>', "the ledger that is meant; the node's own word the first time")
    .option('--json', 'one line of JSON');
}

/** What sharing after delivery is computed from beside readings. */
export const sharingCommands: Commands = (program, terminal, answer) => {
  const sharing = program.command('sharing').description('inputs of sharing after delivery');
  withKey(sharing.command('import'))
    .description('keeps parts of intervals, limits, or the grid operator’s values from a CSV file')
    .option('--shares <file>', 'columns slot, member, share_millionths')
    .option('--limits <file>', 'columns from, member, buy_price, sell_price (EUR/MWh, or nothing)')
    .option('--allocated <file>', 'columns slot, member, received_wh, given_wh')
    .option('--dry-run', 'reads the file to its end, and sends nothing')
    .action(async (options) => {
      const { importSharing } = await import('../commands/sharing/sharing-import.ts');
      answer(await importSharing(terminal, options));
    });
  withKey(sharing.command('differences'))
    .description('allocated values that did not stand in the last runs, with the reason')
    .requiredOption('--from <instant>', 'not before')
    .requiredOption('--until <instant>', 'before')
    .action(async (options) => {
      const { showDifferences } = await import('../commands/sharing/sharing-differences.ts');
      answer(await showDifferences(terminal, options));
    });
};
