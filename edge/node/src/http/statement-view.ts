/** A member's statement of a period as its route gives it, and each slot with what its run said. */

import type { RouteResponse } from '@commonwatt/api';
import {
  chargeOf,
  type MemberStatement,
  parameters,
  type SlotStatement,
} from '@commonwatt/contracts';
import type { Desks, SettledSlot } from '../desks.ts';
import { savingsWords } from '../explain/savings-words.ts';
import { slotWords } from '../explain/slot-words.ts';
import { jsonOf } from './json-view.ts';

type View = RouteResponse<'memberPeriod'>;

export function statementView(
  { ledger, statements }: Desks,
  statement: MemberStatement,
  withSlots: boolean,
): View {
  const { member, fromMs, untilMs, mode, energy, charges, amount, quality, findings } = statement;
  const { savings } = statement;
  const currency = ledger.state.get(parameters, 0)?.currency ?? '';
  const settled = withSlots ? statements.slots(member, fromMs, untilMs) : undefined;
  return {
    member,
    fromMs,
    untilMs,
    mode,
    energy: texts(energy),
    charges: charges.map(({ kind, name, tariff, energy: wattHours, money, ...marks }) => ({
      kind,
      name,
      tariff: tariff === undefined ? null : { ...tariff },
      energy: wattHours === undefined ? null : `${wattHours}`,
      money: `${money}`,
      billed: marks.isBilled,
      posted: marks.isPosted,
    })),
    amount: `${amount}`,
    savings:
      savings === undefined
        ? null
        : { ...texts(savings), formula: savingsWords(savings, currency) },
    quality: { ...quality, signedBy: { ...quality.signedBy } },
    findings: findings.map((one) => ({ ...one })),
    slots:
      settled === undefined
        ? []
        : statement.slots.map((slot) => slotView(slot, settled.get(slot.slotMs), currency)),
  };
}

function slotView(
  slot: SlotStatement,
  settled: SettledSlot | undefined,
  currency: string,
): View['slots'][number] {
  const { slotMs, quality, ...figures } = slot;
  const { deviationBuy: _buy, deviationSell: _sell, ...shown } = figures;
  return {
    slotMs,
    ...texts(shown),
    quality,
    settled: settled === undefined ? null : settledView(settled),
    words: slotWords(slot, currency, settled),
  };
}

function settledView({ stage, sequence, line }: SettledSlot) {
  const { supply, grid, levies, taxes, allotted, received, given, deviation } = line;
  return {
    stage,
    sequence,
    ...texts({
      allocatedBuy: line.bought,
      allocatedSell: line.sold,
      allotted,
      received,
      given,
      deviationBuy: line.buyerShort,
      deviationSell: line.sellerShort,
      shared: line.sharedMoney,
      deviation,
      supply,
      grid,
      levies,
      taxes,
      charge: chargeOf([line]),
    }),
  };
}

/** Energies and money travel as text. */
const texts = <T extends object>(figures: T) => jsonOf(figures) as { [K in keyof T]: string };
