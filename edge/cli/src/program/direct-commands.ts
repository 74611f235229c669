import type { Command } from 'commander';
import type { Commands } from './commands.ts';

function atNode(command: Command): Command {
  return command
    .option('--node <url>', 'the node; COMMONWATT_NODE, or http://localhost:8080')
    .option('--json', 'one line of JSON');
}

function withKey(command: Command): Command {
  return atNode(command)
    .option('--keystore <file>', 'the key that signs; COMMONWATT_KEYSTORE')
    .option('--password-file <file>', 'whose first line is the password; COMMONWATT_PASSWORD')
    .option('--chain <hex>', "the ledger that is meant; the node's own word the first time");
}

/** Direct purchase and certificates as they stand; actions of both are sent with `act`. */
export const directCommands: Commands = (program, terminal, answer) => {
  const direct = program.command('direct').description('direct purchase by large consumers');
  const rounds = () => import('../commands/direct/rounds.ts');
  const contracts = () => import('../commands/direct/contracts.ts');
  const ofRound = (name: string, description: string): Command =>
    withKey(direct.command(name)).argument('<round>', 'its number').description(description);
  withKey(direct.command('rounds'))
    .description('rounds, their stage and until when it lasts')
    .action(async (options) => answer(await (await rounds()).showRounds(terminal, options)));
  ofRound('round', 'rules, stage, corridors and the security check').action(
    async (round: string, options) => {
      answer(await (await rounds()).showRound(terminal, round, options));
    },
  );
  ofRound('listings', 'what was listed; while it is sealed, only your own').action(
    async (round: string, options) => {
      answer(await (await rounds()).showListings(terminal, round, options));
    },
  );
  ofRound('matrix', 'buyers by sellers with every part of each converted price').action(
    async (round: string, options) => {
      answer(await (await rounds()).showMatrix(terminal, round, options));
    },
  );
  ofRound('matching', 'pairs in the order of matching, and what was left and why').action(
    async (round: string, options) => {
      answer(await (await rounds()).showMatching(terminal, round, options));
    },
  );
  withKey(direct.command('contracts'))
    .argument('[round]', 'of this round; without it your own of all rounds')
    .description('contracts, and the transfers that are due')
    .option('--csv', 'one row each, with every part')
    .option('--out <file>', 'a new file for the CSV')
    .action(async (round: string | undefined, options) => {
      answer(await (await contracts()).showContracts(terminal, round, options));
    });
  withKey(direct.command('admissions'))
    .description('who applied and what the centre decided, for its officers')
    .action(async (options) => {
      answer(await (await contracts()).showDirectAdmissions(terminal, options));
    });
  withKey(direct.command('own'))
    .description('your admission, exchange tokens, listings and positions')
    .action(async (options) => answer(await (await contracts()).showOwnPart(terminal, options)));

  const certificates = program
    .command('certificates')
    .description('certificates of renewable energy, on the ledger beside the market’s');
  const load = () => import('../commands/direct/certificates.ts');
  withKey(certificates.command('own'))
    .description('your certificates, duties, pegged coin and entitlements')
    .action(async (options) => answer(await (await load()).showOwnCertificates(terminal, options)));
  withKey(certificates.command('offers'))
    .description('what can be bought now, cheapest first')
    .action(async (options) => answer(await (await load()).showOffers(terminal, options)));
  withKey(certificates.command('compliance'))
    .description('quota and obligation by member, for officers')
    .option('--period <n>', 'the present one unless given')
    .action(async (options) => answer(await (await load()).showCompliance(terminal, options)));
  atNode(certificates.command('bridge'))
    .description('what is locked and minted, and how far the peg is carried')
    .action(async (options) => answer(await (await load()).showBridge(terminal, options)));
};
