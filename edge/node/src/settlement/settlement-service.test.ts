import type { Committed } from '@commonwatt/consensus';
import {
  ACTION,
  account,
  balanceOf,
  disputes,
  openRuns,
  type Run,
  settledPeriods,
} from '@commonwatt/contracts';
import { type Action, toHex } from '@commonwatt/ledger';
import type { Money } from '@commonwatt/units';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Officer, OfficerRefusedError } from '../officer.ts';
import { HOUR_MS, NOON_MS, SLOT_MS, signerOf, TestCommunity } from '../testing/community.ts';
import { openedPeriod } from './opened-period.ts';
import { answerRun, checkRun } from './run-check.ts';

const ONE_O_CLOCK = NOON_MS + HOUR_MS;
const PERIOD = { periodFromMs: ONE_O_CLOCK, periodUntilMs: ONE_O_CLOCK + HOUR_MS };
let community: TestCommunity;

/** One seller, one buyer, one hour with all its readings; the clock stands at the hour's end. */
async function tradedHour(): Promise<void> {
  await community.enrol('ana');
  await community.enrol('ben', 'household');
  await community.stand('ana', 'sell', 800n, 100_000n);
  await community.stand('ben', 'buy', 800n, 300_000n);
  for (let slot = 0; slot < 8; slot++) await community.advance(SLOT_MS);
  for (let at = ONE_O_CLOCK; at < ONE_O_CLOCK + HOUR_MS; at += SLOT_MS) {
    await community.deliver(community.reading('ana', at, { exported: 800n }));
    await community.deliver(community.reading('ben', at, { imported: 800n }));
  }
}

/** The second checker, with a hand of its own. */
function checker(): Officer {
  const { engine, crypto, clock } = community.node;
  return new Officer({ engine, crypto, clock, signer: signerOf('zoe') });
}

/** The hour's run; noon's, which has no readings, waits beside it. */
function openRun(): Run | undefined {
  const open = community.node.ledger.state.entries(openRuns);
  return open.find(([key]) => key.periodFromMs === ONE_O_CLOCK)?.[1].run;
}

function ownInput() {
  const { ledger, crypto, settlement, readings } = community.node;
  const { slotLengthMs } = readings;
  const { personal } = settlement;
  return openedPeriod(ledger, crypto.sha256, { ...PERIOD, slotLengthMs, personal });
}

describe('two checkers of two', () => {
  beforeEach(async () => {
    community = await TestCommunity.open({}, undefined, ['zoe']);
  });
  afterEach(() => community.node.stop());

  test('a run waits for the second, and proposing it again changes nothing', async () => {
    const second = checker();
    await tradedHour();
    const step = 'waits for checkers';
    const waits = [
      { periodFromMs: NOON_MS, step },
      { ...PERIOD, step },
    ];
    expect(await community.advance(SLOT_MS)).toMatchObject(waits);
    const height = community.node.ledger.head?.height as number;
    expect(await community.node.settlement.tick()).toMatchObject(waits);
    expect(community.node.ledger.head?.height).toBe(height);
    const run = openRun() as Run;
    const check = checkRun(community.node.crypto.sha256, ownInput(), run);
    expect(check).toMatchObject({ agrees: true, differences: [] });
    expect(await answerRun(second, run, check)).toBe('signed');
    const { state } = community.node.ledger;
    expect(state.get(settledPeriods, ONE_O_CLOCK)?.signedBy).toHaveLength(2);
    const { number } = community.member('ana');
    const [statement] = community.node.statements.of(number, ONE_O_CLOCK, ONE_O_CLOCK + 1, 1);
    expect(statement?.sold).toBe(3200n);
    expect(balanceOf(state, account(number, 'available'))).toBe(statement?.amount as Money);
  });

  test('a checker that sees other readings disputes, and no money moves', async () => {
    const second = checker();
    await tradedHour();
    await community.advance(SLOT_MS);
    const run = openRun() as Run;
    const { number, meter } = community.member('ana');
    const input = ownInput();
    const readings = new Map(input.readings);
    readings.delete(meter);
    const check = checkRun(community.node.crypto.sha256, { ...input, readings }, run);
    expect(check.agrees).toBe(false);
    expect(check.differences).toContain(`posting of member ${number}`);
    expect(checkRun(community.node.crypto.sha256, input, run).agrees).toBe(true);
    expect(await answerRun(second, run, check)).toBe('disputed');
    const { state } = community.node.ledger;
    expect(state.entries(disputes)).toHaveLength(1);
    expect(state.get(settledPeriods, ONE_O_CLOCK)).toBeUndefined();
    expect(balanceOf(state, account(number, 'available'))).toBe(0n);
  });
});

describe('one checker', () => {
  beforeEach(async () => {
    community = await TestCommunity.open();
  });
  afterEach(() => community.node.stop());

  test('a service that was stopped after any step goes on where it was', async () => {
    await tradedHour();
    const { officer } = community.node;
    const submit = officer.submit.bind(officer);
    const sent: number[] = [];
    let failing = true;
    officer.submit = async (actions: readonly Action[], options): Promise<Committed> => {
      sent.push(...actions.map((one) => one.type));
      const answer = await submit(actions, options);
      // The answer is lost on its way, as in a crash after the commit.
      if (failing) throw new Error('the process ends here');
      return answer;
    };
    community.clock.ms += SLOT_MS;
    const turns: string[] = [];
    for (let turn = 0; turn < 6; turn++) {
      failing = turn < 5;
      await community.node.settlement.tick().then(
        (steps) => turns.push(steps.map((one) => one.step).join()),
        (error: Error) => turns.push(error.message),
      );
    }
    const { commitReadings, proposeRun } = ACTION;
    // Both members' commitments stand in one batch; each step was sent once and never again.
    expect(sent.filter((type) => type === commitReadings)).toHaveLength(2);
    expect(sent.filter((type) => type === proposeRun)).toHaveLength(1);
    expect(turns.filter((one) => one === 'the process ends here')).toHaveLength(2);
    const { number } = community.member('ana');
    expect(community.node.statements.of(number, ONE_O_CLOCK, ONE_O_CLOCK + 1, 1)).toHaveLength(1);
    expect(community.node.settlement.duePeriods()).toEqual([]);
  });

  test('a period whose run the ledger refuses is told, and tried again', async () => {
    await tradedHour();
    const { officer } = community.node;
    const submit = officer.submit.bind(officer);
    officer.submit = async () => {
      throw new OfficerRefusedError({ code: 'period_not_over' });
    };
    expect(await community.advance(SLOT_MS)).toEqual([]);
    officer.submit = submit;
    expect(await community.node.tick()).toMatchObject([{ ...PERIOD, step: 'settled' }]);
  });

  test('nothing is settled before its period is over and late readings were waited for', async () => {
    await tradedHour();
    const { settlement } = community.node;
    expect(settlement.nextDueMs()).toBe(ONE_O_CLOCK + HOUR_MS + SLOT_MS);
    community.clock.ms += SLOT_MS - 1;
    expect(settlement.duePeriods()).toEqual([]);
    community.clock.ms += 1;
    expect(settlement.duePeriods()).toEqual([PERIOD]);
  });

  test('a commitment shows no reading, and each member’s stands in an action of its own', async () => {
    await tradedHour();
    await community.advance(SLOT_MS);
    const { projections } = community.node;
    const place = projections.commitment(ONE_O_CLOCK, community.member('ana').meter, 2 ** 50);
    const action = projections.block(place?.height as number)?.transactions[place?.index as number];
    expect(action?.actions).toHaveLength(2);
    const guess = ownInput().readings.get(community.member('ana').meter)?.[0];
    expect(guess?.exported).toBe(800n);
    const bytes = toHex(action?.bytes as Uint8Array);
    expect(bytes).not.toContain('0000000000000320');
  });
});
