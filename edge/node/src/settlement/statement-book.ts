/**
 * Statements as their members get them: the lines that stand behind a posting, kept encrypted under
 * the member's own key, joined with what the ledger says took effect.
 */

import {
  type EnergyOpening,
  energyOpeningCodec,
  type MemberLines,
  markets,
  members,
  openRuns,
  policyAt,
  priceOf,
  type SettledLine,
  type SlotLine,
  settledLineCodec,
  slotLineCodec,
  type Trade,
} from '@commonwatt/contracts';
import {
  type Codec,
  decode,
  encode,
  equalBytes,
  hash32,
  type Ledger,
  list,
  moneyNano,
  struct,
  toHex,
} from '@commonwatt/ledger';
import type { Money } from '@commonwatt/units';
import type { OpenStatement, SettledSlot, Statement, StatementLine } from '../desks.ts';
import { lineWords } from '../explain/line-words.ts';
import type { PersonalVault } from '../personal/personal-vault.ts';
import type { Projections, SettledEntry } from '../projections/projections.ts';

/** What is kept of a run for one member. */
export interface KeptStatement {
  readonly runHash: Uint8Array;
  readonly amount: Money;
  readonly energy: EnergyOpening;
  readonly lines: readonly SettledLine[];
  /** What each metered slot came to beside the trades. */
  readonly slotLines: readonly SlotLine[];
}

const LINES_MAX = 100_000;
const keptCodec: Codec<KeptStatement> = struct<KeptStatement>({
  runHash: hash32,
  amount: moneyNano,
  energy: energyOpeningCodec,
  lines: list(settledLineCodec, LINES_MAX),
  slotLines: list(slotLineCodec, LINES_MAX),
});

export class StatementBook {
  readonly #vault: PersonalVault;
  readonly #ledger: Ledger;
  readonly #projections: Projections;

  constructor(options: { vault: PersonalVault; ledger: Ledger; projections: Projections }) {
    this.#vault = options.vault;
    this.#ledger = options.ledger;
    this.#projections = options.projections;
  }

  /** Keeps a computed run for its members, on disk when it returns. Erased members are left out. */
  keep(runHash: Uint8Array, ofMembers: readonly MemberLines[]): void {
    const records = ofMembers
      .filter(({ member }) => !this.#vault.isErased(member))
      .map(({ member, lines, slotLines, amount, energy }) => ({
        person: member,
        name: nameOf(energy.periodFromMs, runHash),
        content: encode(keptCodec, { runHash, amount, energy, lines, slotLines }),
      }));
    this.#vault.write(records);
  }

  /** What opens a posting; nothing where another node computed the run or the member was erased. */
  kept(settled: SettledEntry, member: number): KeptStatement | undefined {
    const content = this.#vault.read(member, nameOf(settled.periodFromMs, settled.runHash));
    if (content === undefined) return undefined;
    const kept = decode(keptCodec, content, 'statement');
    return equalBytes(kept.runHash, settled.runHash) ? kept : undefined;
  }

  /** The last run of each settled period that touches the span: it says the period whole. Newest first. */
  settledOf(member: number, fromMs: number, untilMs: number): readonly SettledEntry[] {
    const last = new Map<number, SettledEntry>();
    for (const one of this.#projections.settledOf(member)) {
      const touches = one.periodFromMs < untilMs && one.periodUntilMs > fromMs;
      if (touches) last.set(one.periodFromMs, one);
    }
    return [...last.values()].sort((a, b) => b.periodFromMs - a.periodFromMs);
  }

  of(member: number, fromMs: number, untilMs: number, limit: number): readonly Statement[] {
    return this.settledOf(member, fromMs, untilMs)
      .slice(0, limit)
      .flatMap((settled) => {
        const kept = this.kept(settled, member);
        return kept === undefined ? [] : [this.#statement(settled, kept)];
      });
  }

  /** Runs that stand open and post to a member, by rising period: what it may dispute. */
  openOf(member: number): readonly OpenStatement[] {
    const { state } = this.#ledger;
    return state.entries(openRuns).flatMap(([{ periodFromMs, runHash }, { run, proposedMs }]) => {
      const posting = run.postings.find((one) => one.member === member);
      const content = this.#vault.read(member, nameOf(periodFromMs, runHash));
      if (posting === undefined || content === undefined) return [];
      const { lines } = decode(keptCodec, content, 'statement');
      const { periodUntilMs, stage, sequence } = run;
      const { amount, charge, linesRoot } = posting;
      const earliestMs = proposedMs + policyAt(state, periodFromMs).reviewMs;
      const place = { periodFromMs, periodUntilMs, runHash, stage, sequence, earliestMs };
      return [{ ...place, amount, charge, linesRoot, lines }];
    });
  }

  /** What the last runs say of a member's slots, beside the trades. */
  slotsOf(member: number, fromMs: number, untilMs: number): ReadonlyMap<number, SettledSlot> {
    const slots = this.settledOf(member, fromMs, untilMs).flatMap((settled) => {
      const stage = this.#projections.stageOf(settled.runHash);
      const lines = this.kept(settled, member)?.slotLines ?? [];
      return lines
        .filter(({ slotMs }) => slotMs >= fromMs && slotMs < untilMs)
        .map((line) => [line.slotMs, { stage, sequence: settled.sequence, line }] as const);
    });
    return new Map(slots);
  }

  #statement(settled: SettledEntry, kept: KeptStatement): Statement {
    const { periodFromMs, periodUntilMs, runHash, sequence, amount, charge } = settled;
    const stage = this.#projections.stageOf(runHash);
    const { bought, sold, renewable } = kept.energy;
    const lines = kept.lines.map((line) => this.#line(line));
    const run = { periodFromMs, periodUntilMs, runHash, stage, sequence, amount, charge };
    return { ...run, bought, sold, renewable, lines };
  }

  #line(line: SettledLine): StatementLine {
    const { salt: _salt, ...shown } = line;
    const entry = this.#projections.trade(toHex(line.trade));
    const limit = line.side === 'sell' ? entry?.limits?.sell : entry?.limits?.buy;
    const market = entry && this.#ledger.state.get(markets, entry.terms.market);
    const otherPrice = entry && priceOf(entry.terms, line.side === 'sell' ? 'buy' : 'sell');
    const words = lineWords({
      ...shown,
      limit,
      otherPrice: otherPrice === line.price ? undefined : otherPrice,
      isOnePrice: entry === undefined || this.#isOnePrice(entry.terms),
      counterpartyKind: this.#ledger.state.get(members, line.counterparty)?.kind,
      isNegotiated: market?.rules.kind === 'negotiated',
    });
    return { ...shown, words };
  }

  #isOnePrice({ market, slotMs }: Trade): boolean {
    return this.#projections.clearing(market, slotMs)?.hasOnePrice ?? true;
  }
}

/** Several runs may be computed for a period before one takes effect. */
const nameOf = (periodFromMs: number, runHash: Uint8Array): string =>
  `statement/${`${periodFromMs}`.padStart(16, '0')}/${toHex(runHash).slice(0, 16)}`;
