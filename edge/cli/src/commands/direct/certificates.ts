/** `commonwatt certificates`: own certificates and duties, offers, compliance, and the peg. */

import type { RouteResponse } from '@commonwatt/api';
import { formatMoney, formatPrice, type Money, type Price } from '@commonwatt/units';
import { STATUS, type Status } from '../../terminal/status.ts';
import { print, printJson, type Terminal } from '../../terminal/terminal.ts';
import { wholeField } from '../member/fields.ts';
import { answered, publicSession, type SessionOptions } from '../member/session.ts';
import { instant, megawattHours, right, shownTable } from './direct-text.ts';
import { shown } from './rounds.ts';

export interface ComplianceOptions extends SessionOptions {
  readonly period?: string;
}

type Certificate = RouteResponse<'certificateOffers'>['offers'][number];

const coin = (text: string): string => formatMoney(BigInt(text) as Money);

const CERTIFICATE_COLUMNS = [
  { heading: 'issuance', align: right },
  { heading: 'first', align: right },
  { heading: 'MWh', align: right },
  { heading: 'status' },
  { heading: 'technology' },
  { heading: 'region' },
  { heading: 'produced from' },
  { heading: 'until' },
  { heading: 'coin/MWh', align: right },
  { heading: 'owner', align: right },
];

function certificateRow(one: Certificate): readonly string[] {
  return [
    `${one.issuance}`,
    one.first,
    megawattHours(one.energy),
    one.status,
    one.technology,
    one.region,
    instant(one.fromMs),
    instant(one.untilMs),
    one.price === null ? '' : formatPrice(BigInt(one.price) as Price, 'EUR/MWh'),
    `${one.owner}`,
  ];
}

export function showOwnCertificates(terminal: Terminal, options: SessionOptions): Promise<Status> {
  return shown(
    terminal,
    options,
    async ({ client }) => {
      const { member } = await client.ownMember();
      return client.memberCertificates({ params: { member } });
    },
    (own) =>
      [
        own.there === null
          ? `member ${own.member}: this key is not enrolled on the ledger of certificates`
          : `member ${own.member}, there ${own.there}: ${coin(own.coin)} in pegged coin, ` +
            `${megawattHours(own.debt)} MWh of certificates owed back`,
        '',
        shownTable(CERTIFICATE_COLUMNS, own.certificates.map(certificateRow)),
        '',
        shownTable(
          [
            { heading: 'duty' },
            { heading: 'period', align: right },
            { heading: 'owed MWh', align: right },
            { heading: 'met', align: right },
            { heading: 'missing', align: right },
          ],
          own.duties.map(({ duty, period, owed, met, missing }) => {
            return [duty, `${period}`, ...[owed, met, missing].map(megawattHours)];
          }),
        ),
        '',
        shownTable(
          [
            { heading: 'on the market' },
            { heading: 'MWh', align: right },
            { heading: 'technology' },
            { heading: 'version', align: right },
            { heading: 'went over', align: right },
            { heading: 'source' },
          ],
          own.entitlements.map((one) => [
            one.kind,
            megawattHours(one.energy),
            one.technology,
            `${one.version}`,
            one.lockedVersion === 0 ? '' : `${one.lockedVersion}`,
            one.source,
          ]),
        ),
      ].join('\n'),
  );
}

export function showOffers(terminal: Terminal, options: SessionOptions): Promise<Status> {
  return shown(
    terminal,
    options,
    ({ client }) => client.certificateOffers(),
    ({ offers, cut }) =>
      `${shownTable(CERTIFICATE_COLUMNS, offers.map(certificateRow))}${cut ? '\nand more' : ''}`,
  );
}

export function showCompliance(terminal: Terminal, options: ComplianceOptions): Promise<Status> {
  const { period } = options;
  const number = period && `${wholeField('--period', period, { least: 0, most: 4_294_967_295 })}`;
  const query = number === undefined ? {} : { period: number };
  return shown(
    terminal,
    options,
    ({ client }) => client.certificateCompliance({ query }),
    (report) =>
      [
        `period ${report.period}, ${instant(report.fromMs)} to ${instant(report.untilMs)}: ` +
          `${megawattHours(report.standing)} MWh of certificates stand`,
        shownTable(
          [
            { heading: 'member', align: right },
            { heading: 'quota', align: right },
            { heading: 'met', align: right },
            { heading: 'missing', align: right },
            { heading: 'obligation', align: right },
            { heading: 'met', align: right },
            { heading: 'missing', align: right },
            { heading: 'live', align: right },
            { heading: 'debt', align: right },
          ],
          report.members.map(({ there, member, quota, obligation, held, debt }) => [
            member === null ? `(${there})` : `${member}`,
            ...[quota.owed, quota.met, quota.missing].map(megawattHours),
            ...[obligation.owed, obligation.met, obligation.missing].map(megawattHours),
            ...[held.live, debt].map(megawattHours),
          ]),
        ),
      ].join('\n'),
  );
}

/** For everyone: no key is asked for. */
export function showBridge(terminal: Terminal, options: SessionOptions): Promise<Status> {
  return answered(terminal, async () => {
    const { client, json } = publicSession(terminal, options);
    const bridge = await client.certificateBridge();
    if (json) printJson(terminal, bridge);
    else print(terminal, bridgeText(bridge));
    return STATUS.done;
  });
}

function bridgeText({
  market,
  certificates,
  locked,
  minted,
  underWay,
  relay,
}: RouteResponse<'certificateBridge'>): string {
  return [
    `locked ${coin(locked)} = minted ${coin(minted)} + under way ${coin(underWay)}`,
    shownTable(
      [
        { heading: 'ledger' },
        { heading: 'height', align: right },
        { heading: 'went', align: right },
        { heading: 'came', align: right },
        { heading: 'crossings', align: right },
        { heading: "the other's head", align: right },
        { heading: 'peg' },
      ],
      [market, certificates].map((one) => [
        one.name,
        `${one.height ?? ''}`,
        coin(one.out),
        coin(one.in),
        `${one.sent}`,
        `${one.head?.size ?? ''}`,
        one.peer === null ? 'not named yet' : (one.stopped ?? 'open'),
      ]),
    ),
    `the carrier ${relay.standing === null ? 'works' : `stands still: ${relay.standing}`}; ` +
      `${relay.carried} crossings in ${relay.batches} batches, ${relay.refused.length} refused`,
  ].join('\n');
}
