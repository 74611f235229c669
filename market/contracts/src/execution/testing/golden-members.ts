/** The golden ledger's members, keys, money and meters. */

import { type Money, money, power } from '@commonwatt/units';
import { ACTION } from '../../action-types.ts';
import { proposalId } from '../../governance/proposals.ts';
import {
  amendOf,
  approveOf,
  cancelInviteOf,
  cancelRecoveryOf,
  endMandateOf,
  endReadingOf,
  giveMandateOf,
  grantReadingOf,
  inviteOf,
  joinOf,
  openLaneOf,
  proposeOf,
  recoverOf,
  rotateOf,
} from '../../identity/actions.test-support.ts';
import { ROLE, SCOPE } from '../../identity/messages.ts';
import {
  type MeterDevice,
  registerMeterCodec,
  replaceMeterCodec,
  retireMeterCodec,
  revokeMeterCodec,
  setParticipationCodec,
} from '../../metering/messages.ts';
import {
  confirmWithdrawalCodec,
  rejectWithdrawalCodec,
  requestWithdrawalCodec,
  setCreditLimitCodec,
} from '../../wallet/messages.ts';
import { action, GENESIS_MS, testingCrypto, testingKey } from '../testing-ledger.test-support.ts';
import {
  bytes32,
  coins,
  DAY_MS,
  deposit,
  MINUTE_MS,
  PERIOD,
  type Recipe,
  transfer,
} from './golden-recipe.ts';

/** Who belongs: enrolment, invitation, and every way in which user.security refuses. */
export async function admit(recipe: Recipe): Promise<void> {
  const { ledger } = recipe;
  const [inviteKey, spareKey] = [testingKey('invite'), testingKey('spare invite')];
  await recipe.block([
    ['ben', ledger.enrolment('carl'), 'role_missing'],
    ['officer', ledger.enrolment('carl'), 'needs_decision'],
    ['stranger', transfer(1, 1), 'wrong_user'],
    ['ana', transfer(1, 1), 'bad_signature', { signer: testingKey('stranger') }],
    ['sun', transfer(1, 1), 'sequence_wrong', { sequence: 7 }],
    ['plant', transfer(1, 1), 'expired', { validUntilMs: ledger.timeMs }],
    ['ben', transfer(1, 1), 'wrong_chain', { chain: bytes32('another chain') }],
  ]);
  const carl = ledger.enrolment('carl', { kind: 'household' });
  await recipe.decide(carl, inviteOf(ledger, inviteKey), inviteOf(ledger, spareKey));
  await recipe.decide(cancelInviteOf(spareKey));
  await recipe.block([['eve', joinOf(ledger, spareKey, 'eve'), 'invite_unknown']]);
  await recipe.block([['dora', joinOf(ledger, inviteKey, 'dora')]]);
  const proposing = proposeOf(ledger, carl);
  const [first] = await recipe.block([
    ['officer', proposing],
    ['officer', proposeOf(ledger, transfer(1, 1)), 'action_not_votable'],
  ]);
  const id = proposalId({ crypto: testingCrypto }, { id: first ?? new Uint8Array(32) }, 0);
  await recipe.block([
    ['officer', approveOf(id), 'proposal_approved_already'],
    ['warden', approveOf(id), 'key_known'],
    ['scribe', approveOf(id), 'role_missing'],
    ['warden', approveOf(bytes32('unknown')), 'proposal_unknown'],
  ]);
}

/** Keys and mandates: lanes, rotation, recovery with its delay, delegation, grants to read. */
export async function keep(recipe: Recipe): Promise<void> {
  const { ledger } = recipe;
  const untilMs = GENESIS_MS + DAY_MS;
  await recipe.block([
    ['ana', [openLaneOf(1), openLaneOf(1)], ['done', 'lane_known']],
    ['ana', openLaneOf(2), 'lane_unknown', { lane: 9 }],
  ]);
  await recipe.block([
    ['ana', openLaneOf(2), 'done', { lane: 1 }],
    ['ana', rotateOf(ledger, testingKey('second of ana'))],
  ]);
  const { key: firstKey } = ledger.member('ana');
  ledger.useKey('ana', testingKey('second of ana'));
  await recipe.block([
    ['stranger', openLaneOf(1), 'key_ended', { sender: firstKey.publicKey, signer: firstKey }],
    ['ana', openLaneOf(1)],
  ]);
  const lost = recoverOf(ledger, recipe.number('ben'), testingKey('second of ben'));
  await recipe.decide(lost);
  await recipe.block([
    ['ana', cancelRecoveryOf(recipe.number('ben')), 'role_missing'],
    ['ben', cancelRecoveryOf(recipe.number('ben'))],
  ]);
  await recipe.decide(
    lost,
    amendOf(recipe.number('dora'), { roles: ROLE.consumer | ROLE.producer }),
  );
  await recipe.block([], ledger.timeMs + MINUTE_MS);
  ledger.useKey('ben', testingKey('second of ben'));
  const anaKey = ledger.member('ana').key.publicKey;
  const ben = recipe.number('ben');
  const mandate = giveMandateOf(anaKey, [ACTION.transfer, ACTION.request], untilMs);
  await recipe.block([
    [
      'ben',
      [mandate, giveMandateOf(anaKey, [ACTION.rotateKey], untilMs)],
      ['done', 'action_not_delegable'],
    ],
    ['ben', grantReadingOf(anaKey, SCOPE.balance | SCOPE.trades, untilMs)],
    [
      'plant',
      [grantReadingOf(anaKey, SCOPE.readings, untilMs), endReadingOf(anaKey)],
      ['done', 'done'],
    ],
    ['plant', endReadingOf(anaKey), 'grant_unknown'],
  ]);
  const options = { onBehalfOf: ben };
  await recipe.block([['ana', transfer(1, 1), 'balance_insufficient', options]]);
  await recipe.block([['ana', openLaneOf(3), 'mandate_lacks_action', options]]);
  await recipe.block([['ben', endMandateOf(ben, anaKey)]]);
  await recipe.block([['ana', transfer(1, 1), 'mandate_unknown', options]]);
}

/** Money in, out and across, batches that fall in part and as a whole, meters. */
export async function fund(recipe: Recipe): Promise<void> {
  const [ana, ben, sun, plant, dora, carl] = ['ana', 'ben', 'sun', 'plant', 'dora', 'carl'].map(
    (name) => recipe.number(name),
  ) as [number, number, number, number, number, number];
  await recipe.decide(
    deposit(ana, 100, 'bank 1'),
    deposit(ben, 50, 'bank 2'),
    deposit(sun, 20, 'bank 3'),
    deposit(dora, 1, 'bank 4'),
  );
  const takeOut = (count: number) =>
    action(ACTION.requestWithdrawal, requestWithdrawalCodec, { amount: coins(count) });
  await recipe.block([
    ['warden', deposit(ana, 1, 'bank 5'), 'needs_decision'],
    ['ana', [takeOut(5), takeOut(3), takeOut(1000)], ['done', 'done', 'balance_insufficient']],
  ]);
  const out = (count: number) => ({ member: ana, amount: coins(count) });
  const reference = bytes32('bank 6');
  await recipe.decide(
    action(ACTION.confirmWithdrawal, confirmWithdrawalCodec, { ...out(5), reference }),
    action(ACTION.rejectWithdrawal, rejectWithdrawalCodec, out(3)),
  );
  const nonsense = { type: ACTION.transfer, body: new Uint8Array(3) };
  const nothing = { type: 65_000, body: new Uint8Array() };
  const limit = (amount: Money) =>
    action(ACTION.setCreditLimit, setCreditLimitCodec, { member: plant, limit: amount });
  await recipe.block([
    [
      'ana',
      [transfer(ben, 1), transfer(ana, 1), nothing, nonsense, transfer(sun, 2)],
      ['done', 'transfer_to_self', 'action_unknown', 'malformed', 'done'],
    ],
    [
      'ben',
      [transfer(ana, 1), transfer(ana, 1000)],
      ['batch_refused', 'balance_insufficient'],
      { atomic: true },
    ],
    ['sun', [transfer(ana, 1), transfer(ben, 1)], ['done', 'done'], { atomic: true }],
    ['officer', [limit(coins(40)), limit(money(-1n))], ['done', 'limit_negative']],
  ]);
  const key = testingKey('officer').publicKey;
  const device: MeterDevice = {
    source: 'provider',
    key,
    direction: 'both',
    importLimitW: power(20_000n),
    exportLimitW: power(10_000n),
  };
  const position = { feeder: 'street', transformer: 'T1' };
  const meter = (member: number, renewable: 'yes' | 'no') =>
    action(ACTION.registerMeter, registerMeterCodec, {
      ...device,
      member,
      measures: 'connection',
      position,
      renewable,
    });
  await recipe.decide(
    ...[ana, ben, sun, plant, dora].map((one) => meter(one, one === sun ? 'yes' : 'no')),
    meter(carl, 'no'),
  );
  const slotMs = PERIOD.periodUntilMs;
  await recipe.decide(
    action(ACTION.setParticipation, setParticipationCodec, {
      meter: 6,
      fromMs: slotMs,
      thousandths: 400,
    }),
    action(ACTION.replaceMeter, replaceMeterCodec, { ...device, meter: 6, fromMs: slotMs }),
    action(ACTION.revokeMeter, revokeMeterCodec, { meter: 6, fromMs: GENESIS_MS }),
    action(ACTION.retireMeter, retireMeterCodec, { meter: 7 }),
  );
}
