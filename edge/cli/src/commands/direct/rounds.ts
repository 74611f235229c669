/** `commonwatt direct`: rounds, listings, the matrix and the matching as the node shows them. */

import type { RouteResponse } from '@commonwatt/api';
import { STATUS, type Status } from '../../terminal/status.ts';
import { print, printJson, type Terminal } from '../../terminal/terminal.ts';
import { wholeField } from '../member/fields.ts';
import { answered, openSession, type Session, type SessionOptions } from '../member/session.ts';
import {
  instant,
  megawattHours,
  right,
  shownTable,
  tokenPerKilowattHour,
  tokens,
} from './direct-text.ts';

const NUMBER_MAX = 4_294_967_295;

export function roundOf(text: string): string {
  return `${wholeField('ROUND', text, { least: 0, most: NUMBER_MAX })}`;
}

/** Asks, and prints the answer as JSON or as text. */
export function shown<T>(
  terminal: Terminal,
  options: SessionOptions,
  ask: (session: Session) => Promise<T>,
  text: (answer: T) => string,
): Promise<Status> {
  return answered(terminal, async () => {
    const session = await openSession(terminal, options);
    const answer = await ask(session);
    if (session.json) printJson(terminal, answer);
    else print(terminal, text(answer));
    return STATUS.done;
  });
}

export function showRounds(terminal: Terminal, options: SessionOptions): Promise<Status> {
  return shown(
    terminal,
    options,
    ({ client }) => client.directRounds(),
    ({ rounds }) =>
      shownTable(
        [
          { heading: 'round', align: right },
          { heading: 'name' },
          { heading: 'mode' },
          { heading: 'form' },
          { heading: 'stage' },
          { heading: 'until' },
          { heading: 'listings', align: right },
          { heading: 'contracts', align: right },
        ],
        rounds.map((one) => [
          `${one.round}`,
          one.name,
          one.mode,
          one.form,
          one.stage,
          one.stageUntilMs === null ? '' : instant(one.stageUntilMs),
          `${one.listings}`,
          `${one.contracts}`,
        ]),
      ),
  );
}

export function showRound(
  terminal: Terminal,
  round: string,
  options: SessionOptions,
): Promise<Status> {
  const params = { round: roundOf(round) };
  return shown(terminal, options, ({ client }) => client.directRound({ params }), roundText);
}

type Round = RouteResponse<'directRound'>;

function roundText(round: Round): string {
  const { rules, stage, stageUntilMs, nowMs, listings, contracts, awaited } = round;
  const left =
    stageUntilMs === null ? '' : `, ends ${instant(stageUntilMs)}${inTime(nowMs, stageUntilMs)}`;
  const bundling = rules.bundlingThousandths;
  return [
    `round ${round.round}, ${rules.name}: ${stage}${left}`,
    `${rules.mode}, ${rules.form}; delivery ${instant(rules.deliveryFromMs)} to ${instant(rules.deliveryUntilMs)}`,
    `certificate ${tokenPerKilowattHour(rules.certificatePrice)} token/kWh` +
      (bundling === null ? '' : `, thermal at most ${bundling / 1000} times wind`),
    `listings: ${listings.buyers} of buyers, ${listings.sellers} of sellers, ${listings.sealed} sealed`,
    `contracts: ${contracts.open} open, ${contracts.paid} paid, ${contracts.cancelled} cancelled`,
    `waits for ${awaited.committed} transfers into contracts, ${awaited.stated} statements of delivery, ` +
      `${awaited.released} transfers out of them`,
    '',
    shownTable(
      [
        { heading: 'corridor' },
        { heading: 'loss', align: right },
        { heading: 'token/kWh', align: right },
        { heading: 'limit MWh', align: right },
      ],
      rules.corridors.map(({ from, to, lossMillionths, transmissionPrice }) => [
        `${from}-${to}`,
        `${lossMillionths / 10_000}%`,
        tokenPerKilowattHour(transmissionPrice),
        limitOf(round, from, to),
      ]),
    ),
    ...checkText(round),
  ].join('\n');
}

function inTime(nowMs: number, untilMs: number): string {
  const minutes = Math.ceil((untilMs - nowMs) / 60_000);
  if (minutes <= 0) return '';
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
  return `, in ${hours} h ${rest} min`;
}

function limitOf({ limits }: Round, from: string, to: string): string {
  const ends = [from, to].sort().join();
  const found = limits.find((one) => [one.from, one.to].sort().join() === ends);
  return found === undefined ? '' : megawattHours(found.energy);
}

function checkText({ check }: Round): readonly string[] {
  if (check === null) return ['', 'no security check yet'];
  const { checkedBy, reason, rounds, corridors } = check;
  const by = checkedBy === null ? 'the published limits, for time ran out' : `member ${checkedBy}`;
  return [
    '',
    `security check by ${by}, ${rounds} rounds of matching${reason === '' ? '' : `: ${reason}`}`,
    shownTable(
      [
        { heading: 'corridor' },
        { heading: 'limit MWh', align: right },
        { heading: 'requested', align: right },
        { heading: 'granted', align: right },
        { heading: '' },
      ],
      corridors.map((one) => [
        `${one.from}-${one.to}`,
        megawattHours(one.limit),
        megawattHours(one.requested),
        megawattHours(one.granted),
        one.binding ? 'binding' : '',
      ]),
    ),
  ];
}

export function showListings(
  terminal: Terminal,
  round: string,
  options: SessionOptions,
): Promise<Status> {
  const params = { round: roundOf(round) };
  return shown(
    terminal,
    options,
    ({ client }) => client.directListings({ params }),
    ({ listings, hidden }) =>
      `${shownTable(LISTING_COLUMNS, listings.map(listingRow))}${hidden === 0 ? '' : `\n${hidden} sealed ones of others`}`,
  );
}

export const LISTING_COLUMNS = [
  { heading: 'member', align: right },
  { heading: 'side' },
  { heading: 'type' },
  { heading: 'region' },
  { heading: 'MWh', align: right },
  { heading: 'green', align: right },
  { heading: 'token/kWh', align: right },
  { heading: 'environment', align: right },
  { heading: 'subsidy', align: right },
  { heading: 'holds token', align: right },
];

export function listingRow({
  member,
  terms,
  held,
}: RouteResponse<'directListings'>['listings'][number]): readonly string[] {
  const holds = held === null ? '' : tokens(held);
  if (terms === null) return [`${member}`, 'sealed', '', '', '', '', '', '', '', holds];
  return [
    `${member}`,
    terms.side,
    terms.type === 'none' ? '' : terms.type,
    terms.region,
    megawattHours(terms.energy),
    megawattHours(terms.greenEnergy),
    tokenPerKilowattHour(terms.price),
    tokenPerKilowattHour(terms.environmentalPrice),
    tokenPerKilowattHour(terms.crossSubsidy),
    holds,
  ];
}

/** The most buyers of one page: the node has at most a hundred in a round. */
const BUYERS_PAGE = '100';

export function showMatrix(
  terminal: Terminal,
  round: string,
  options: SessionOptions,
): Promise<Status> {
  const request = { params: { round: roundOf(round) }, query: { limit: BUYERS_PAGE } };
  return shown(
    terminal,
    options,
    ({ client }) => client.directMatrix(request),
    ({ rows }) =>
      shownTable(
        [
          { heading: 'buyer', align: right },
          { heading: 'seller', align: right },
          { heading: 'phase' },
          { heading: 'S', align: right },
          { heading: 'W', align: right },
          { heading: 'F_S/(1-e)', align: right },
          { heading: 'df', align: right },
          { heading: 'X', align: right },
          { heading: 'Z', align: right },
          { heading: 'q', align: right },
          { heading: '' },
        ],
        rows.flatMap(({ buyer, cells }) => cells.flatMap((cell) => cellRows(buyer, cell))),
      ),
  );
}

type Cell = RouteResponse<'directMatrix'>['rows'][number]['cells'][number];

function cellRows(buyer: number, { seller, parts }: Cell): readonly (readonly string[])[] {
  const names = [`${buyer}`, `${seller}`];
  if (parts === null) return [[...names, '', '', '', '', '', '', '', '', 'no corridor']];
  const { transmissionPrice, fees, sellerAtMeter, difference, ordinary, green } = parts;
  const common = [transmissionPrice, fees, sellerAtMeter, difference].map(tokenPerKilowattHour);
  const row = (phase: string, one: typeof ordinary) => [
    ...names,
    phase,
    ...common,
    ...[one.certificateCost, one.otherCosts, one.value].map(tokenPerKilowattHour),
    one.mayTrade ? '' : 'may not trade',
  ];
  return [...(green === null ? [] : [row('green', green)]), row('', ordinary)];
}

export function showMatching(
  terminal: Terminal,
  round: string,
  options: SessionOptions,
): Promise<Status> {
  const params = { round: roundOf(round) };
  return shown(terminal, options, ({ client }) => client.directMatching({ params }), matchingText);
}

function matchingText({ basis, pairs, unmatched }: RouteResponse<'directMatching'>): string {
  if (basis === null) return 'nothing is matched before the lots are drawn';
  return [
    basis === 'matched' ? 'as matched, before the security check' : 'as the security check left it',
    shownTable(
      [
        { heading: 'buyer', align: right },
        { heading: 'seller', align: right },
        { heading: '' },
        { heading: 'asked MWh', align: right },
        { heading: 'MWh', align: right },
        { heading: 'injected', align: right },
        { heading: 'q', align: right },
        { heading: 'buyer pays', align: right },
        { heading: 'seller gets', align: right },
        { heading: 'reason' },
      ],
      pairs.map(({ terms, requested, amounts, reason, ...prices }) => [
        `${terms.buyer}`,
        `${terms.seller}`,
        terms.green ? 'green' : terms.type,
        megawattHours(requested),
        megawattHours(amounts.energy),
        megawattHours(amounts.injected),
        prices.convertedValue === null ? '' : tokenPerKilowattHour(prices.convertedValue),
        tokenPerKilowattHour(prices.buyerPrice),
        tokenPerKilowattHour(prices.sellerPrice),
        reason,
      ]),
    ),
    '',
    shownTable(
      [
        { heading: 'left', align: right },
        { heading: 'side' },
        { heading: 'MWh', align: right },
        { heading: 'reason' },
      ],
      unmatched.map(({ member, side, energy, reason }) => {
        return [`${member}`, side, megawattHours(energy), reason];
      }),
    ),
  ].join('\n');
}
