/**
 * The commands. Each command's own module is loaded when it is called, so that none pays for the
 * others at its start.
 */

import { Command } from 'commander';
import manifest from '../package.json' with { type: 'json' };
import { actCommands } from './program/act-commands.ts';
import { benchCommands } from './program/bench-commands.ts';
import { billingCommands } from './program/billing-commands.ts';
import type { Answer, Commands } from './program/commands.ts';
import { directCommands } from './program/direct-commands.ts';
import { disputeCommands } from './program/dispute-commands.ts';
import { keyCommands } from './program/key-commands.ts';
import { matchCommands } from './program/match-commands.ts';
import { memberCommands } from './program/member-commands.ts';
import { nodeCommands } from './program/node-commands.ts';
import { proofCommands } from './program/proof-commands.ts';
import { readingsCommands } from './program/readings-commands.ts';
import { settleCommands } from './program/settle-commands.ts';
import { sharingCommands } from './program/sharing-commands.ts';
import { simulateCommands } from './program/simulate-commands.ts';
import type { Terminal } from './terminal/terminal.ts';

const ALL: readonly Commands[] = [
  nodeCommands,
  proofCommands,
  readingsCommands,
  keyCommands,
  memberCommands,
  actCommands,
  disputeCommands,
  billingCommands,
  benchCommands,
  settleCommands,
  sharingCommands,
  matchCommands,
  directCommands,
  simulateCommands,
];

export function buildProgram(terminal: Terminal, answer: Answer): Command {
  const program = new Command('commonwatt')
    .description('An energy market whose every decision its members can verify.')
    .version(manifest.version, '--version')
    .enablePositionalOptions()
    .exitOverride()
    .configureOutput({
      writeOut: (text) => terminal.stdout.write(text),
      writeErr: (text) => terminal.stderr.write(text),
    });
  for (const add of ALL) add(program, terminal, answer);
  return program;
}
