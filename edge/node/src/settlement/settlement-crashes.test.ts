/**
 * Settlement by two checkers from the first run to the final one, ended at each of its steps: the node's
 * own and the second checker's signature. Whatever the step, it goes on to the same end.
 */

import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  ACTION,
  account,
  balanceOf,
  commitments,
  DEFAULT_POLICY,
  openRuns,
  setSettlementPolicyCodec,
  settledPeriods,
  signRunCodec,
} from '@commonwatt/contracts';
import { toHex } from '@commonwatt/ledger';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { SignedReading } from '../desks.ts';
import { actionOf, Officer } from '../officer.ts';
import { HOUR_MS, NOON_MS, SLOT_MS, signerOf, TestCommunity } from '../testing/community.ts';

const ONE_O_CLOCK = NOON_MS + HOUR_MS;
const REVIEW_MS = SLOT_MS;
const ENDS = 'the process ends here';

let folder: string;
let community: TestCommunity;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'commonwatt-settlement-crashes-'));
});
afterEach(async () => {
  await community.node.stop();
  rmSync(folder, { recursive: true });
});

/** An hour of trades, reviewed for a quarter hour; answers with the reading that comes late. */
async function tradedHour(dir: string): Promise<SignedReading> {
  const settlement = {
    periodMs: HOUR_MS,
    graceMs: SLOT_MS,
    correctionEveryMs: HOUR_MS,
    finalAfterMs: 4 * HOUR_MS,
  };
  community = await TestCommunity.open({ dir, settlement }, undefined, ['zoe']);
  const policy = { ...DEFAULT_POLICY, validFromMs: ONE_O_CLOCK, reviewMs: REVIEW_MS };
  await community.node.officer.submit([
    actionOf(ACTION.setSettlementPolicy, setSettlementPolicyCodec, { policy }),
  ]);
  await community.enrol('ana');
  await community.enrol('ben', 'household');
  await community.stand('ana', 'sell', 800n, 100_000n);
  await community.stand('ben', 'buy', 800n, 300_000n);
  for (let slot = 0; slot < 8; slot++) await community.advance(SLOT_MS);
  for (let slot = 0; slot < 4; slot++) {
    const at = ONE_O_CLOCK + slot * SLOT_MS;
    await community.deliver(community.reading('ben', at, { imported: 800n }));
    if (slot < 3) await community.deliver(community.reading('ana', at, { exported: 800n }));
  }
  return community.reading('ana', ONE_O_CLOCK + 3 * SLOT_MS, { exported: 800n });
}

/** Lets everybody do so many steps; the next one fails before or after it was done. */
class Fuse {
  done = 0;
  ends = 0;
  readonly #endsAt: number;
  readonly #how: 'before' | 'after';

  constructor(endsAt: number, how: 'before' | 'after') {
    this.#endsAt = endsAt;
    this.#how = how;
  }

  burn<A extends unknown[], R>(work: (...given: A) => R): (...given: A) => R {
    return (...given) => {
      const ends = this.done++ === this.#endsAt;
      if (ends && this.#how === 'before') throw new Error(ENDS);
      const answer = work(...given);
      if (!ends) return answer;
      const end = (): never => {
        throw new Error(ENDS);
      };
      if (answer instanceof Promise) return answer.then(end) as R;
      return end();
    };
  }

  /** The node's own steps; the second checker's are burnt where it signs. */
  lay(): void {
    const { officer, readings, statementBook, sharing } = community.node;
    officer.submit = this.burn(officer.submit.bind(officer));
    readings.close = this.burn(readings.close.bind(readings));
    readings.adopt = this.burn(readings.adopt.bind(readings));
    readings.settled = this.burn(readings.settled.bind(readings));
    statementBook.keep = this.burn(statementBook.keep.bind(statementBook));
    sharing.keepDifferences = this.burn(sharing.keepDifferences.bind(sharing));
  }
}

/** The second checker signs every run of the hour that waits for it. */
async function zoeSigns(fuse: Fuse): Promise<void> {
  const { engine, crypto, clock, ledger } = community.node;
  const zoe = new Officer({ engine, crypto, clock, signer: signerOf('zoe') });
  const submit = fuse.burn(zoe.submit.bind(zoe));
  for (const [key, { signedBy }] of ledger.state.entries(openRuns)) {
    if (signedBy.length > 1 || key.periodFromMs !== ONE_O_CLOCK) continue;
    await submit([actionOf(ACTION.signRun, signRunCodec, key)]);
  }
}

/** Proposed, signed, reviewed and noted: one run of the hour. */
async function turn(fuse: Fuse, ms: number): Promise<void> {
  const untilMs = community.clock.ms + ms + REVIEW_MS;
  const work = async (waitMs: number): Promise<void> => {
    await community.advance(waitMs);
    await zoeSigns(fuse);
    await community.advance(untilMs - community.clock.ms);
    await community.advance(0);
  };
  await work(ms).catch(async (error: Error) => {
    if (error.message !== ENDS) throw error;
    fuse.ends++;
    await community.restart();
    await work(0);
  });
}

/** The first run, the one that takes in what came late, and the final one. */
async function settleThrice(late: SignedReading, fuse: Fuse): Promise<void> {
  fuse.lay();
  await turn(fuse, SLOT_MS);
  await community.deliver(late);
  await turn(fuse, HOUR_MS);
  await turn(fuse, 3 * HOUR_MS);
}

function outcome(): object {
  const { ledger, statements, settlement } = community.node;
  const { state } = ledger;
  const numbers = ['ana', 'ben'].map((name) => community.member(name).number);
  const last = state.get(settledPeriods, ONE_O_CLOCK);
  return {
    balances: numbers.flatMap((one) =>
      (['available', 'escrow', 'due'] as const).map((kind) => balanceOf(state, account(one, kind))),
    ),
    last: last && [toHex(last.runHash), last.stage, last.sequence, [...last.signedBy].sort()],
    commitments: state
      .entries(commitments)
      .filter(([{ periodFromMs }]) => periodFromMs === ONE_O_CLOCK)
      .map(([key, one]) => [key, toHex(one.root)]),
    statements: numbers.map((one) =>
      statements.of(one, ONE_O_CLOCK, ONE_O_CLOCK + HOUR_MS, 9).map((found) => {
        return [toHex(found.runHash), found.stage, found.sequence, found.amount, found.sold];
      }),
    ),
    toCorrect: settlement
      .periodsToCorrect()
      .filter(({ periodFromMs }) => periodFromMs === ONE_O_CLOCK),
  };
}

test.each(['before', 'after'] as const)(
  'the second checker’s signature and the final close end the same, ended %s each step',
  async (how) => {
    const base = join(folder, 'base');
    const late = await tradedHour(base);
    const startMs = community.clock.ms;
    await community.node.stop();
    const again = async (endsAt: number): Promise<Fuse> => {
      const dir = join(folder, `${how} ${endsAt}`);
      cpSync(base, dir, { recursive: true });
      community.clock.ms = startMs;
      await community.restart(dir);
      const fuse = new Fuse(endsAt, how);
      await settleThrice(late, fuse);
      return fuse;
    };
    const whole = await again(-1);
    const expected = outcome();
    expect(expected).toMatchObject({ last: [expect.any(String), 'final', 2, [1, 2]] });
    expect(whole.done).toBeGreaterThan(12);
    for (let endsAt = 0; endsAt < whole.done; endsAt++) {
      const { ends } = await again(endsAt);
      expect([endsAt, ends]).toEqual([endsAt, 1]);
      expect(outcome(), `ended ${how} step ${endsAt}`).toEqual(expected);
    }
  },
  240_000,
);
