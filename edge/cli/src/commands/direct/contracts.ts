/** `commonwatt direct`: contracts with their due transfers, exports, admissions, and one's own part. */

import { writeFileSync } from 'node:fs';
import type { RouteResponse } from '@commonwatt/api';
import { STATUS, type Status } from '../../terminal/status.ts';
import { print, printJson, type Terminal } from '../../terminal/terminal.ts';
import { UsageError } from '../../terminal/usage-error.ts';
import { answered, openSession, type Session, type SessionOptions } from '../member/session.ts';
import {
  instant,
  megawattHours,
  right,
  shownTable,
  tokenPerKilowattHour,
  tokens,
} from './direct-text.ts';
import { LISTING_COLUMNS, listingRow, roundOf, shown } from './rounds.ts';

export interface ContractOptions extends SessionOptions {
  readonly csv?: boolean;
  readonly out?: string;
}

type Contract = RouteResponse<'directContracts'>['contracts'][number];

/** Contracts on one page of a node, and pages of a round: a round has at most 20,000. */
const PAGE = '500';
const PAGES_MAX = 40;

/** Of a round; without one the member's own of all rounds. */
export function showContracts(
  terminal: Terminal,
  round: string | undefined,
  options: ContractOptions,
): Promise<Status> {
  const number = round === undefined ? undefined : roundOf(round);
  if (options.csv !== true && options.out !== undefined) {
    throw new UsageError('--out', 'nothing without --csv', options.out);
  }
  return answered(terminal, async () => {
    const session = await openSession(terminal, options);
    if (options.csv === true) return saveTable(session, await tableOf(session, number), options);
    const contracts = await contractsOf(session, number);
    if (session.json) printJson(terminal, { contracts });
    else print(terminal, contractsText(contracts));
    return STATUS.done;
  });
}

async function contractsOf(
  { client }: Session,
  round: string | undefined,
): Promise<readonly Contract[]> {
  if (round === undefined) {
    const { member } = await client.ownMember();
    return (await client.memberDirectContracts({ params: { member } })).contracts;
  }
  const all: Contract[] = [];
  let after: number | null = null;
  for (let page = 0; page < PAGES_MAX; page++) {
    const query: { limit: string; after?: number } = { limit: PAGE };
    if (after !== null) query.after = after;
    const { contracts, next } = await client.directContracts({ params: { round }, query });
    all.push(...contracts);
    if (next === null) return all;
    after = next;
  }
  throw new Error(`round ${round}: expected at most ${PAGES_MAX} pages of contracts`);
}

async function tableOf({ client }: Session, round: string | undefined): Promise<string> {
  if (round !== undefined) return client.directContractTable({ params: { round } });
  const { member } = await client.ownMember();
  return client.memberDirectContractTable({ params: { member } });
}

/** Never writes over a file. */
function saveTable({ terminal }: Session, text: string, { out, json }: ContractOptions): Status {
  if (out === undefined) {
    terminal.stdout.write(text);
    return STATUS.done;
  }
  try {
    writeFileSync(out, text, { flag: 'wx', mode: 0o600 });
  } catch (error) {
    const got = error instanceof Error ? error.message : String(error);
    throw new UsageError(`--out ${out}`, 'a new file', got);
  }
  if (json) printJson(terminal, { path: out });
  else print(terminal, `the contracts are in ${out}`);
  return STATUS.done;
}

function contractsText(contracts: readonly Contract[]): string {
  const table = shownTable(
    [
      { heading: 'contract' },
      { heading: 'buyer', align: right },
      { heading: 'seller', align: right },
      { heading: '' },
      { heading: 'status' },
      { heading: 'MWh', align: right },
      { heading: 'delivered', align: right },
      { heading: 'token/kWh', align: right },
      { heading: 'buyer pays', align: right },
      { heading: 'seller gets', align: right },
      { heading: 'charges', align: right },
      { heading: 'reason' },
    ],
    contracts.map((one) => {
      const { terms, amounts, paid, buyerCharge, sellerCharge } = one;
      const money = paid ?? amounts;
      return [
        `${one.round}/${one.contract}`,
        `${terms.buyer}`,
        `${terms.seller}`,
        terms.green ? 'green' : terms.type,
        one.status,
        megawattHours(amounts.energy),
        paid === null ? '' : megawattHours(paid.energy),
        tokenPerKilowattHour(one.buyerPrice),
        tokens(money.buyerPays),
        tokens(money.sellerGets),
        tokens(`${BigInt(buyerCharge) + BigInt(sellerCharge)}`),
        one.reason,
      ];
    }),
  );
  const due = contracts.flatMap((one) => one.due.map((transfer) => dueRow(one, transfer)));
  if (due.length === 0) return table;
  const columns = [
    { heading: 'TRANS() of' },
    { heading: 'member', align: right },
    { heading: 'side' },
    { heading: 'stage' },
    { heading: 'token', align: right },
    { heading: 'until' },
  ];
  return `${table}\n\n${shownTable(columns, due)}`;
}

function dueRow(
  { round, contract }: Contract,
  { member, side, stage, amount, untilMs }: Contract['due'][number],
): readonly string[] {
  return [`${round}/${contract}`, `${member}`, side, stage, tokens(amount), instant(untilMs)];
}

export function showDirectAdmissions(terminal: Terminal, options: SessionOptions): Promise<Status> {
  return shown(
    terminal,
    options,
    ({ client }) => client.directAdmissions(),
    ({ admissions, needed, cut }) => {
      const table = shownTable(
        [
          { heading: 'member', align: right },
          { heading: 'code', align: right },
          { heading: 'side' },
          { heading: 'type' },
          { heading: 'region' },
          { heading: 'status' },
          { heading: 'energy most', align: right },
          { heading: 'value most', align: right },
          { heading: 'defaults', align: right },
          { heading: 'reason' },
        ],
        admissions.map((one) => [
          `${one.member}`,
          `${one.code}`,
          one.side,
          one.type === 'none' ? '' : one.type,
          one.region,
          one.status,
          megawattHours(one.energyMost),
          tokens(one.valueMost),
          `${one.defaults}`,
          one.reason,
        ]),
      );
      return `${table}\na decision takes ${needed} registrars${cut ? '; more follow' : ''}`;
    },
  );
}

export function showOwnPart(terminal: Terminal, options: SessionOptions): Promise<Status> {
  return shown(
    terminal,
    options,
    async ({ client }) => {
      const { member } = await client.ownMember();
      return client.memberDirect({ params: { member } });
    },
    (own) => {
      const { member, admission, tokens: purse, listings, positions } = own;
      const standing =
        admission === null
          ? 'has not applied'
          : `${admission.status} as ${admission.side} in ${admission.region}`;
      return [
        `member ${member}: ${standing}${admission?.reason ? ` (${admission.reason})` : ''}`,
        `tokens: ${tokens(purse.free)} free, ${tokens(purse.held)} held; ${own.tokensPerCoin} to one coin`,
        '',
        shownTable(
          [{ heading: 'round', align: right }, ...LISTING_COLUMNS],
          listings.map(({ round, ...one }) => [`${round}`, ...listingRow(one)]),
        ),
        '',
        shownTable(
          [
            { heading: 'round', align: right },
            { heading: 'side' },
            { heading: 'contracts', align: right },
            { heading: 'MWh', align: right },
            { heading: 'delivered', align: right },
            { heading: 'amount', align: right },
            { heading: 'charges', align: right },
            { heading: 'held', align: right },
          ],
          positions.map((one) => [
            `${one.round}`,
            one.side,
            `${one.contracts}`,
            megawattHours(one.energy),
            megawattHours(one.delivered),
            tokens(one.amount),
            tokens(one.charges),
            tokens(one.held),
          ]),
        ),
      ].join('\n');
    },
  );
}
