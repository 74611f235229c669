import { MemoryStorage } from '@commonwatt/consensus';
import {
  ACTION,
  endMandateCodec,
  giveMandateCodec,
  grantReadingCodec,
  proposalId,
  proposeCodec,
  proposeRunCodec,
  ROLE,
  type Run,
  recoverKeyCodec,
  requestWithdrawalCodec,
  runHash,
  SCOPE,
  setCreditLimitCodec,
} from '@commonwatt/contracts';
import { encode, fromHex, possessionBytes, toHex } from '@commonwatt/ledger';
import { money } from '@commonwatt/units';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  action,
  DAY_MS,
  GENESIS_MS,
  keyOf,
  numberOf,
  TestingCommunity,
} from './testing-community.test-support.ts';
import { fillRows } from './testing-rows.test-support.ts';

let community: TestingCommunity;

beforeAll(async () => {
  community = await TestingCommunity.open();
  await fillRows(community);
});
afterAll(() => community.close());

async function asked(name: string, url: string) {
  const { statusCode, body } = await community.knock({ url, as: keyOf(name) });
  expect([url, statusCode]).toEqual([url, 200]);
  return JSON.parse(body);
}

const hexOf = (name: string): string => toHex(keyOf(name).publicKey);

test('a member sees what it let others do, and a delegate for whom it may act', async () => {
  const untilMs = GENESIS_MS + DAY_MS;
  const delegateKey = keyOf('bob').publicKey;
  const actionTypes = [ACTION.share, ACTION.withdraw];
  await community.send(
    'ana',
    action(ACTION.giveMandate, giveMandateCodec, { delegateKey, actionTypes, untilMs }),
    action(ACTION.grantReading, grantReadingCodec, {
      key: keyOf('nurse').publicKey,
      scopes: SCOPE.balance | SCOPE.trades,
      untilMs,
    }),
  );
  const mandate = {
    member: numberOf('ana'),
    delegateKey: hexOf('bob'),
    delegate: numberOf('bob'),
    actions: ['share', 'withdraw'],
    untilMs,
  };
  const hers = await asked('ana', '/api/me/access');
  expect(hers.mandatesGiven).toEqual([mandate]);
  expect(hers.mandatesHeld).toEqual([]);
  expect(hers.readingGrants).toContainEqual({
    key: hexOf('nurse'),
    scopes: ['balance', 'trades'],
    untilMs,
  });
  const position = { feeder: 'north', transformer: 'T1' };
  expect(hers.meters).toMatchObject([{ source: 'device', position, status: 'active' }]);
  const { ledger } = community;
  expect(hers.keys).toMatchObject([{ key: hexOf('ana'), ended: false, lanes: [{ lane: 0 }] }]);
  expect(hers.keys[0].lanes[0].next).toBeGreaterThan(0);
  expect(ledger.head?.height).toBeGreaterThan(0);
  const his = await asked('bob', '/api/me/access');
  expect([his.mandatesGiven, his.mandatesHeld]).toEqual([[], [mandate]]);
  await community.send(
    'bob',
    action(ACTION.endMandate, endMandateCodec, { member: numberOf('ana'), delegateKey }),
  );
  expect((await asked('bob', '/api/me/access')).mandatesHeld).toEqual([]);
});

test('a recovery under way is seen by its member and by registrars, not by other officers', async () => {
  const fresh = keyOf('a new key of carl');
  const agreementKey = keyOf('agreement of a new key').publicKey;
  agreementKey[31] = (agreementKey[31] as number) & 0x7f;
  const wanted = possessionBytes(community.ledger.chain, 'recover', fresh.publicKey, agreementKey);
  await community.send(
    'registrar',
    action(ACTION.recoverKey, recoverKeyCodec, {
      member: numberOf('carl'),
      newKey: fresh.publicKey,
      agreementKey,
      possession: fresh.sign(wanted),
    }),
  );
  const effectiveMs = community.clock.ms + DAY_MS;
  const newKey = toHex(fresh.publicKey);
  expect((await asked('carl', '/api/me')).recovery).toEqual({ newKey, effectiveMs });
  const listed = [{ member: numberOf('carl'), newKey, effectiveMs }];
  for (const officer of ['registrar', 'auditor']) {
    expect((await asked(officer, '/api/officer/decisions')).recoveries).toEqual(listed);
  }
  expect((await asked('treasurer', '/api/officer/decisions')).recoveries).toEqual([]);
});

test('treasurers see payouts, checkers runs and disputes; a run is shown whole to them', async () => {
  const amount = money(1_000_000_000n);
  await community.send('ana', action(ACTION.requestWithdrawal, requestWithdrawalCodec, { amount }));
  const run: Run = {
    periodFromMs: GENESIS_MS - DAY_MS,
    periodUntilMs: GENESIS_MS,
    rulesVersion: 3,
    stage: 'final',
    sequence: 0,
    adjusts: undefined,
    readingsRoot: community.crypto.sha256(new Uint8Array()),
    sharingRoot: community.crypto.sha256(new Uint8Array()),
    slotTotals: [],
    spread: money(0n),
    postings: [],
  };
  await community.send('operator', action(ACTION.proposeRun, proposeRunCodec, { run }));
  const hash = toHex(runHash((bytes) => community.crypto.sha256(bytes), run));
  const treasurers = await asked('treasurer', '/api/officer/decisions');
  expect(treasurers.withdrawals).toEqual([{ member: numberOf('ana'), amount: `${amount}` }]);
  expect(treasurers.runs).toEqual([]);
  const checkers = await asked('checker', '/api/officer/decisions');
  expect(checkers.withdrawals).toEqual([]);
  expect(checkers.runs).toEqual([
    {
      periodFromMs: run.periodFromMs,
      periodUntilMs: run.periodUntilMs,
      runHash: hash,
      proposedBy: numberOf('operator'),
      traded: '0',
      delivered: '0',
      postings: 0,
      approvedBy: [],
      needed: 1,
    },
  ]);
  const whole = await asked('checker', `/api/officer/runs/${hash}`);
  expect(proposeRunCodec.fromJson({ run: whole.run }, 'answer')).toEqual({ run });
  const unknown = await community.knock({
    url: `/api/officer/runs/${'00'.repeat(32)}`,
    as: keyOf('checker'),
  });
  expect([unknown.statusCode, JSON.parse(unknown.body).code]).toEqual([404, 'run_unknown']);
});

test('a proposal is shown to the officers who decide it, message and voices included', async () => {
  const divided = await TestingCommunity.open({}, new MemoryStorage(), {
    parameters: { operatorThreshold: 2 },
    founders: { carl: { roles: ROLE.operator } },
  });
  try {
    const message = { member: numberOf('ana'), limit: money(5n) };
    const expiresMs = divided.clock.ms + DAY_MS;
    const id = await divided.send(
      'operator',
      action(ACTION.propose, proposeCodec, {
        type: ACTION.setCreditLimit,
        body: encode(setCreditLimitCodec, message),
        expiresMs,
      }),
    );
    const proposal = toHex(proposalId(divided, { id: fromHex(id) }, 0));
    const shown = async (name: string) => {
      const knock = { url: '/api/officer/decisions', as: keyOf(name) };
      return JSON.parse((await divided.knock(knock)).body).proposals;
    };
    const row = {
      proposal,
      authority: 'operator',
      action: 'setCreditLimit',
      message: { member: numberOf('ana'), limit: '5' },
      expiresMs,
      approvedBy: [numberOf('operator')],
      needed: 2,
    };
    expect(await shown('operator')).toEqual([row]);
    expect(await shown('auditor')).toEqual([row]);
    for (const other of ['registrar', 'treasurer', 'checker']) {
      expect(await shown(other)).toEqual([]);
    }
    await divided.passTo(expiresMs);
    expect(await shown('operator')).toEqual([]);
  } finally {
    await divided.close();
  }
});
