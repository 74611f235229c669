/** SETM's SHARE, REQUEST and REPLY, and what follows them, from a member's own command line. */

import { readFileSync } from 'node:fs';
import { actions } from '@commonwatt/client';
import type { Action } from '@commonwatt/ledger';
import type { Energy } from '@commonwatt/units';
import { STATUS, type Status } from '../../terminal/status.ts';
import { print, type Terminal } from '../../terminal/terminal.ts';
import { UsageError } from '../../terminal/usage-error.ts';
import {
  actionIdField,
  energyField,
  instantField,
  orderField,
  priceField,
  required,
  wholeField,
} from './fields.ts';
import { available, availableText, slotOf } from './open-business.ts';
import { answered, openSession, type SessionOptions, submitted } from './session.ts';

export interface OrderOptions extends SessionOptions {
  readonly market?: string;
  readonly slot?: string;
  readonly energy?: string;
  readonly limit?: string;
  readonly price?: string;
  readonly side?: string;
  readonly profile?: string;
  readonly from?: string;
  readonly until?: string;
}

/** The commands, each with what it makes of its argument and options. */
const BUILDERS = {
  offer: (options) =>
    actions.share({
      market: marketOf(options),
      slotMs: instantField('--slot', options.slot),
      energy: energyField('--energy', options.energy),
      limit: priceField('--limit', options.limit),
    }),
  request: (options) =>
    actions.request({
      market: marketOf(options),
      slotMs: instantField('--slot', options.slot),
      energy: energyField('--energy', options.energy),
      limit: options.limit === undefined ? undefined : priceField('--limit', options.limit),
    }),
  reply: (options, name) => actions.reply({ order: orderField(name), ...termsOf(options) }),
  counter: (options, name) =>
    actions.counter({ negotiation: actionIdField('NEGOTIATION', name), ...termsOf(options) }),
  accept: (options, name) =>
    actions.accept({ negotiation: actionIdField('NEGOTIATION', name), ...termsOf(options) }),
  withdraw: (_options, name) => actions.withdraw({ order: orderField(name) }),
  'end-standing': (_options, name) =>
    actions.withdrawStanding({ standing: actionIdField('STANDING', name) }),
  standing: (options) => standingOf(options),
} satisfies Readonly<Record<string, (options: OrderOptions, name: string) => Action>>;

export type OrderCommand = keyof typeof BUILDERS;

export function sendOrder(
  terminal: Terminal,
  command: OrderCommand,
  options: OrderOptions,
  name = '',
): Promise<Status> {
  const build: (options: OrderOptions, name: string) => Action = BUILDERS[command];
  const action = build(options, name);
  return answered(terminal, async () => {
    const session = await openSession(terminal, options);
    const { status } = await submitted(session, [{ what: command, action }]);
    const isAsking = command === 'request' && options.limit === undefined;
    if (isAsking && status === STATUS.done && !session.json) {
      print(terminal, availableText(await available(session, slotOf(options))));
    }
    return status;
  });
}

function marketOf({ market = '1' }: OrderOptions): number {
  return wholeField('--market', market, { least: 0, most: 65_535 });
}

function termsOf({ energy, price }: OrderOptions) {
  return { energy: energyField('--energy', energy), price: priceField('--price', price) };
}

function standingOf(options: OrderOptions): Action {
  const side = required('--side', options.side);
  if (side !== 'buy' && side !== 'sell') throw new UsageError('--side', 'buy or sell', side);
  return actions.standingOrder({
    market: marketOf(options),
    side,
    limit: priceField('--limit', options.limit),
    energies: energiesOf(options),
    fromMs: instantField('--from', options.from),
    untilMs: instantField('--until', options.until),
  });
}

const SLOTS_OF_DAY_MAX = 288;

/** One energy for every slot, or a file with one line of kWh for each slot of the UTC day. */
function energiesOf({ energy, profile }: OrderOptions): readonly Energy[] {
  if (profile === undefined) return [energyField('--energy', energy)];
  if (energy !== undefined) throw new UsageError('--energy', 'nothing beside --profile', energy);
  let text: string;
  try {
    text = readFileSync(profile, 'utf8');
  } catch (error) {
    const got = error instanceof Error ? error.message : String(error);
    throw new UsageError(`--profile ${profile}`, 'a file that can be read', got);
  }
  const lines = text.replace(/\n$/, '').split('\n');
  if (lines.length > SLOTS_OF_DAY_MAX) {
    throw new UsageError('--profile', `at most ${SLOTS_OF_DAY_MAX} lines`, `${lines.length}`);
  }
  return lines.map((line, at) => energyField(`--profile line ${at + 1}`, line.trim()));
}
