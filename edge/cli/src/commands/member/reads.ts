/** What a member, or anyone, asks of a node: balance, trades, proof, blocks and prices. */

import { writeFileSync } from 'node:fs';
import { PROVEN_ACCOUNTS, verifyBalance } from '@commonwatt/client';
import {
  type Energy,
  formatEnergy,
  formatInstant,
  formatMoney,
  formatPrice,
  type Money,
  type Price,
} from '@commonwatt/units';
import { STATUS, type Status } from '../../terminal/status.ts';
import { formatTable } from '../../terminal/table.ts';
import { print, printJson, type Terminal } from '../../terminal/terminal.ts';
import { UsageError } from '../../terminal/usage-error.ts';
import { instantField, wholeField } from './fields.ts';
import { answered, openSession, publicSession, type SessionOptions } from './session.ts';

export interface ReadOptions extends SessionOptions {
  readonly from?: string;
  readonly until?: string;
  readonly limit?: string;
  readonly market?: string;
  readonly out?: string;
}

const right = 'right' as const;
const LIMIT = '20';
/** A page of a node holds at most so many rows. */
const LIMIT_MAX = 500;

export function limitOf({ limit = LIMIT }: ReadOptions): string {
  return `${wholeField('--limit', limit, { least: 1, most: LIMIT_MAX })}`;
}

export function periodOf({ from, until }: ReadOptions): { from?: string; until?: string } {
  return {
    ...(from === undefined ? {} : { from: `${instantField('--from', from)}` }),
    ...(until === undefined ? {} : { until: `${instantField('--until', until)}` }),
  };
}

/** Quantities travel as whole numbers in text. */
const kWh = (text: string): string => formatEnergy(BigInt(text) as Energy, 'kWh');
const cents = (text: string | null): string =>
  text === null ? '' : formatPrice(BigInt(text) as Price, 'ct/kWh');
const euros = (text: string | null): string =>
  text === null ? '' : formatMoney(BigInt(text) as Money);

/** Printed once it is proven: what the node says alone is not believed. */
export function showBalance(terminal: Terminal, options: ReadOptions): Promise<Status> {
  return answered(terminal, async () => {
    const { client, json, verifier } = await openSession(terminal, options);
    const { member } = await client.ownMember();
    const balance = await client.memberBalance({ params: { member } });
    const proven = await verifyBalance(verifier, { member, answer: balance });
    const { height, checkpointSize } = proven;
    if (json) printJson(terminal, { ...balance, proven: { height, checkpointSize } });
    else {
      const rows = [...PROVEN_ACCOUNTS, 'creditLimit' as const].map((name) => [
        name,
        euros(balance[name]),
        name === 'creditLimit' ? "the node's word" : 'proven',
      ]);
      const columns = [
        { heading: `member ${member}` },
        { heading: 'amount', align: right },
        { heading: '' },
      ];
      print(terminal, formatTable(columns, rows));
      print(
        terminal,
        `proven as of block ${height}, under a signed checkpoint of ${checkpointSize} blocks`,
      );
    }
    return STATUS.done;
  });
}

export function showTrades(terminal: Terminal, options: ReadOptions): Promise<Status> {
  const query = { ...periodOf(options), limit: limitOf(options) };
  return answered(terminal, async () => {
    const { client, json } = await openSession(terminal, options);
    const { member } = await client.ownMember();
    const { trades } = await client.memberTrades({ params: { member: `${member}` }, query });
    if (json) printJson(terminal, { trades });
    else {
      const columns = [
        { heading: 'slot' },
        { heading: 'side' },
        { heading: 'with', align: right },
        { heading: 'kWh', align: right },
        { heading: 'ct/kWh', align: right },
        { heading: 'amount', align: right },
        { heading: 'delivered', align: right },
        { heading: 'paid', align: right },
      ];
      const rows = trades.map((one) => [
        formatInstant(one.slotMs),
        one.side,
        `${one.counterparty}`,
        kWh(one.energy),
        cents(one.price),
        euros(one.money),
        one.delivered === null ? '' : kWh(one.delivered),
        euros(one.paid),
      ]);
      print(terminal, formatTable(columns, rows));
    }
    return STATUS.done;
  });
}

/** Downloads the proof file that `commonwatt verify` and any other verifier takes. */
export function saveProof(terminal: Terminal, options: ReadOptions): Promise<Status> {
  const query = periodOf(options);
  return answered(terminal, async () => {
    const { client, json } = await openSession(terminal, options);
    const { member } = await client.ownMember();
    const bundle = await client.memberBundle({ params: { member: `${member}` }, query });
    const path = options.out ?? `commonwatt-member-${member}.json`;
    try {
      writeFileSync(path, `${JSON.stringify(bundle)}\n`, { flag: 'wx', mode: 0o600 });
    } catch (error) {
      const got = error instanceof Error ? error.message : String(error);
      throw new UsageError(`--out ${path}`, 'a new file', got);
    }
    if (json) printJson(terminal, { member, path });
    else print(terminal, `the proof of member ${member} is in ${path}`);
    return STATUS.done;
  });
}

export function showBlocks(terminal: Terminal, options: ReadOptions): Promise<Status> {
  const query = { limit: limitOf(options) };
  return answered(terminal, async () => {
    const { client, json } = publicSession(terminal, options);
    const { blocks } = await client.blockList({ query });
    if (json) printJson(terminal, { blocks });
    else {
      const columns = [
        { heading: 'block', align: right },
        { heading: 'time' },
        { heading: 'hash' },
        { heading: 'what happened' },
      ];
      const rows = blocks.map((one) => [
        `${one.height}`,
        formatInstant(one.timeMs - (one.timeMs % 1000)),
        `${one.hash.slice(0, 16)}…`,
        one.words.join('; '),
      ]);
      print(terminal, formatTable(columns, rows));
    }
    return STATUS.done;
  });
}

export function showPrices(terminal: Terminal, options: ReadOptions): Promise<Status> {
  const market = `${wholeField('--market', options.market ?? '1', { least: 0, most: 65_535 })}`;
  const query = { ...periodOf(options), limit: limitOf(options) };
  return answered(terminal, async () => {
    const { client, json } = publicSession(terminal, options);
    const { prices } = await client.priceList({ params: { market }, query });
    if (json) printJson(terminal, { prices });
    else {
      const columns = [
        { heading: 'slot' },
        { heading: 'ct/kWh', align: right },
        { heading: 'kWh', align: right },
        { heading: 'offered', align: right },
        { heading: 'requested', align: right },
        { heading: 'trades', align: right },
      ];
      const rows = prices.map((one) => [
        formatInstant(one.slotMs),
        cents(one.price),
        kWh(one.volume),
        kWh(one.offered),
        kWh(one.requested),
        `${one.trades}`,
      ]);
      print(terminal, formatTable(columns, rows));
    }
    return STATUS.done;
  });
}
