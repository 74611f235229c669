/** Rows of a reproduction: a rule that a calculation decides, a number beside a printed one. */

import type { Comparison } from './reproduction.ts';

export interface RuleRow {
  readonly name: string;
  readonly ours: string;
  readonly theirs?: string;
  readonly holds: boolean;
  /** Where the folder expects the rule to fail; it is to hold otherwise. */
  readonly failsAsKnown?: boolean;
  readonly note: string;
}

export function ruleRow({ failsAsKnown = false, holds, theirs = '', ...row }: RuleRow): Comparison {
  return {
    ...row,
    theirs,
    found: holds ? 'holds' : 'fails',
    expected: failsAsKnown ? 'fails' : 'holds',
  };
}

export interface NumberRow {
  readonly name: string;
  readonly ours: number;
  /** As printed. */
  readonly theirs: string;
  /** How far ours may be from theirs. */
  readonly tolerance: number;
  readonly decimals: number;
  readonly contradictsAsKnown?: boolean;
  readonly note: string;
}

export function numberRow(row: NumberRow): Comparison {
  const follows = Math.abs(row.ours - Number(row.theirs)) <= row.tolerance;
  return {
    name: row.name,
    ours: decimal(row.ours, row.decimals),
    theirs: row.theirs,
    found: follows ? 'follows' : 'contradicts',
    expected: row.contradictsAsKnown === true ? 'contradicts' : 'follows',
    note: row.note,
  };
}

/** With so many decimals; what rounds to zero has no sign. */
export function decimal(value: number, decimals: number): string {
  const text = value.toFixed(decimals);
  return /^-0(?:\.0*)?$/.test(text) ? text.slice(1) : text;
}

/** In per cent, with so many decimals. */
export function percent(part: number, decimals: number): string {
  return `${decimal(part * 100, decimals)} %`;
}
