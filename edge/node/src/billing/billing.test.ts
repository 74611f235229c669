import {
  ACTION,
  billSealText,
  billTextHash,
  DEFAULT_POLICY,
  type IssuedBill,
  issuedBillCodec,
  type SettlementPolicy,
  setParticipationCodec,
  setSettlementPolicyCodec,
  setTariffCodec,
} from '@commonwatt/contracts';
import { openNote } from '@commonwatt/ledger';
import { energy, price } from '@commonwatt/units';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { BundleRefusedError } from '../bundle-refused.ts';
import { actionOf } from '../officer.ts';
import { NOON_MS, SLOT_MS, TestCommunity } from '../testing/community.ts';
import type { BillingPreview, Finalised } from './billing-desk.ts';
import type { BillingRecord } from './billing-record.ts';
import { settings } from './testing/billing-desk.ts';
import { bakery, household } from './testing/street-bills.ts';

/** The day of the traded hour, 21 March 2026; it is billed on the 23rd. */
const DAY = { from: '2026-03-21', until: '2026-03-22', accept: [] } as const;
const anna: BillingRecord = {
  ...household,
  meteringPoint: 'AT0010000000000000001000000000001',
  iban: 'DE89370400440532013000',
};
const ben: BillingRecord = { ...bakery, meteringPoint: 'AT0010000000000000002', iban: undefined };
let community: TestCommunity;

/** A seller and a buyer trade an hour; the day passes with readings of every slot. */
async function tradedDay(missing = 0): Promise<void> {
  await community.enrol('ana');
  await community.enrol('ben', 'household');
  await community.stand('ana', 'sell', 800n, 100_000n);
  await community.stand('ben', 'buy', 800n, 300_000n);
  const slots = 48 - missing;
  for (let slot = 0; slot < slots; slot++) {
    const at = NOON_MS + slot * SLOT_MS;
    await community.advance(SLOT_MS);
    await community.deliver(community.reading('ana', at, { exported: 800n }));
    await community.deliver(community.reading('ben', at, { imported: 900n }));
  }
  community.clock.ms = Date.UTC(2026, 2, 23, 14);
  await community.node.tick();
}

const number = (name: string) => community.member(name).number;
const billing = () => community.node.billing;
async function previewed(accept: BillingPreview['exceptions'][number]['code'][] = []) {
  const preview = await billing().preview({ ...DAY, accept });
  if (!('hash' in preview)) throw new Error(`expected a preview, got ${preview.code}`);
  return preview as BillingPreview;
}
async function finalised(accept: BillingPreview['exceptions'][number]['code'][] = []) {
  const { hash } = await previewed(accept);
  return (await billing().finalise({ ...DAY, accept, hash })) as Finalised;
}
async function billOf(document: string): Promise<IssuedBill> {
  const file = await billing().file(document, 'json');
  return issuedBillCodec.fromJson(JSON.parse(Buffer.from(file?.bytes ?? []).toString()), 'bill');
}

describe('a day that is over', () => {
  beforeEach(async () => {
    community = await TestCommunity.open({ billing: settings, timeZone: 'UTC' });
    await tradedDay();
  });
  afterEach(() => community.node.stop());

  test('its statement says what was metered, traded and left', () => {
    const statement = billing().statement(number('ben'), DAY);
    if ('code' in statement) throw new Error(`${statement.code}`);
    const { imported, bought, residualImport } = statement.energy;
    expect(imported).toBe(48n * 900n);
    expect(bought).toBeGreaterThan(0n);
    expect(residualImport).toBe(energy(imported - bought));
    expect(statement.quality.missing).toBe(0);
    expect(statement.findings).toEqual([]);
  });

  test('who has no record is an exception, and who has one is billed', async () => {
    const before = await previewed();
    expect(before.bills).toEqual([]);
    expect(before.exceptions.map(({ member, code }) => [member, code])).toEqual([
      [number('ana'), 'record_missing'],
      [number('ben'), 'record_missing'],
    ]);
    expect(
      await billing().putRecord(number('ana'), { ...anna, iban: 'DE00370400440532013000' }),
    ).toHaveLength(1);
    expect((await previewed()).exceptions[0]).toMatchObject({
      code: 'record_incomplete',
      detail: 'record.iban: expected an account number whose check digits fit',
    });
    expect(await billing().putRecord(number('ana'), anna)).toEqual([]);
    const { bills, exceptions } = await previewed();
    expect(bills.map(({ member, type }) => [member, type])).toEqual([
      [number('ana'), 'invoice'],
      [number('ana'), 'self-billed credit note'],
    ]);
    expect(exceptions.map(({ member }) => member)).toEqual([number('ben')]);
  });

  test('an erased member’s bills are kept, and no proof file is made that could not hold', async () => {
    await billing().putRecord(number('ben'), ben);
    await finalised();
    const { statements, personal } = community.node;
    const [fromMs, untilMs] = [Date.UTC(2026, 2, 21), Date.UTC(2026, 2, 22)];
    const file = statements.bundle(number('ben'), fromMs, untilMs) as { bills: unknown[] };
    expect(file.bills).toHaveLength(1);
    await personal.erase(number('ben'));
    expect(billing().documentsOf(number('ben'))).toHaveLength(1);
    expect(() => statements.bundle(number('ben'), fromMs, untilMs)).toThrow(
      new BundleRefusedError('member_erased', { member: number('ben'), bill: 'RE-0001' }),
    );
    // What the ledger says of a time without a bill can be proved still.
    const later = statements.bundle(number('ben'), untilMs + 1, 2 ** 50) as { bills: unknown[] };
    expect(later.bills).toEqual([]);
  });

  test('a preview is repeatable, and final only what was previewed', async () => {
    await billing().putRecord(number('ana'), anna);
    const first = await previewed();
    expect(await previewed()).toEqual(first);
    await billing().putRecord(number('ben'), ben);
    const stale = await billing().finalise({ ...DAY, hash: first.hash });
    expect(stale).toEqual({ code: 'preview_changed' });
    expect(billing().documents()).toEqual([]);
  });

  test('documents are numbered without a gap, once, and never change', async () => {
    await billing().putRecord(number('ana'), anna);
    const { documents } = await finalised();
    expect(documents.map((row) => row.number)).toEqual(['RE-0001', 'GS-0101']);
    const text = await billing().file('RE-0001', 'json');
    // The same again makes nothing new; the other member's come next.
    await billing().putRecord(number('ana'), { ...anna, name: 'Anna Maier' });
    await billing().putRecord(number('ben'), ben);
    const later = await finalised();
    expect(later.documents.map((row) => row.number)).toEqual(['RE-0002']);
    expect(later.exceptions).toMatchObject([{ code: 'billed_already', detail: 'RE-0001' }]);
    expect((await finalised()).documents).toEqual([]);
    expect(await billing().file('RE-0001', 'json')).toEqual(text);
  });

  test('two runs at once give no number twice', async () => {
    await billing().putRecord(number('ana'), anna);
    const { hash } = await previewed();
    const answers = await Promise.all([1, 2, 3].map(() => billing().finalise({ ...DAY, hash })));
    const codes = answers.map((answer) => ('code' in answer ? answer.code : 'done'));
    expect(codes).toEqual(['done', 'preview_changed', 'preview_changed']);
    expect(billing().documents()).toHaveLength(2);
  });

  test('the document is sealed by the key that signs checkpoints', async () => {
    await billing().putRecord(number('ana'), anna);
    await finalised();
    const { crypto, ledger, checkpoints } = community.node;
    const note = billing().seal('RE-0001') ?? '';
    const opened = openNote(crypto, { note, keys: [checkpoints.verifierKey], threshold: 1 });
    const text = Buffer.from((await billing().file('RE-0001', 'json'))?.bytes ?? []).toString();
    const textHash = billTextHash(crypto.sha256, text);
    const expected = billSealText({ chain: ledger.chain, number: 'RE-0001', textHash });
    expect(opened).toMatchObject({ ok: true, text: expected });
  });

  test('a correction refers to its document, and the period can be billed again', async () => {
    await billing().putRecord(number('ana'), anna);
    await finalised();
    const correction = await billing().correct('RE-0001', 'wrong street');
    expect(correction).toMatchObject({ number: 'RK-0001', corrects: 'RE-0001' });
    expect((await billOf('RK-0001')).corrects?.reason).toBe('wrong street');
    expect(await billing().correct('RE-0001', 'again')).toMatchObject({
      code: 'corrected_already',
    });
    expect(await billing().correct('RK-0001', 'again')).toMatchObject({
      code: 'corrected_already',
    });
    // The credit note stands still, so the member is billed already; taken back too, it is billed anew.
    expect((await previewed()).bills).toEqual([]);
    await billing().correct('GS-0101', 'wrong street');
    const again = await finalised();
    expect(again.documents.map((row) => row.number)).toEqual(['RE-0002', 'GS-0102']);
  });

  test('documents outlive the erasure of their member, the record does not', async () => {
    await billing().putRecord(number('ana'), anna);
    await finalised();
    await community.node.personal.erase(number('ana'));
    expect(billing().record(number('ana'))).toBeUndefined();
    expect((await billOf('RE-0001')).buyer.name).toBe('Anna Müller');
    expect(billing().documentsOf(number('ana'))).toHaveLength(2);
    const again = await billing().putRecord(number('ana'), anna);
    expect(again).toMatchObject({ code: 'member_erased' });
  });

  test('every format is made, pages once and for all', async () => {
    await billing().putRecord(number('ana'), anna);
    await finalised();
    const formats = ['json', 'csv', 'ubl', 'pdf'] as const;
    const files = await Promise.all(formats.map((format) => billing().file('GS-0101', format)));
    expect(files.map((file) => file?.name)).toEqual([
      'GS-0101.json',
      'GS-0101.csv',
      'GS-0101.xml',
      'GS-0101.pdf',
    ]);
    expect(await billing().file('GS-0101', 'pdf')).toEqual(files[3]);
    expect(await billing().file('GS-9999', 'pdf')).toBeUndefined();
    expect(
      (await billing().table({ from: '2026-03-23', until: '2026-03-24' })).split('\r\n'),
    ).toHaveLength(4);
  });

  test('delivery is noted for chosen documents, and unknown ones are told', async () => {
    await billing().putRecord(number('ana'), anna);
    await finalised();
    const unknown = billing().noteDelivery(['GS-0101', 'X'], { state: 'sent', note: 'by mail' });
    expect(unknown).toEqual(['X']);
    const states = billing()
      .documents()
      .map((row) => row.delivery.at(-1)?.state);
    expect(states).toEqual(['prepared', 'sent']);
  });

  test('what cannot be read as days, and a period that is not over, is refused', async () => {
    const { hash } = await previewed();
    const days = { from: '2026-03-22', until: '2026-03-22', accept: [] };
    expect(await billing().preview(days)).toMatchObject({ code: 'days_invalid' });
    const running = { from: '2026-03-21', until: '2026-03-24', accept: [] };
    expect(await billing().finalise({ ...running, hash })).toEqual({ code: 'period_not_over' });
  });
});

test('missing readings stop a bill, unless somebody looked and let it pass', async () => {
  community = await TestCommunity.open({ billing: settings });
  await tradedDay(10);
  await billing().putRecord(number('ana'), anna);
  const { exceptions } = await previewed();
  const ofAna = exceptions.filter(({ member }) => member === number('ana'));
  expect(ofAna.map(({ code }) => code)).toEqual(['readings_missing']);
  expect((await previewed(['readings_missing'])).bills).toHaveLength(2);
  expect((await previewed(['record_missing'])).exceptions).toHaveLength(3);
  await community.node.stop();
});

test('without settings there are statements and no bills', async () => {
  community = await TestCommunity.open();
  await community.enrol('ana');
  expect(await billing().preview(DAY)).toEqual({ code: 'billing_not_configured' });
  expect(billing().statement(number('ana'), DAY)).toMatchObject({ charges: [] });
  await community.node.stop();
});

test('trades that are not settled stop a bill', async () => {
  community = await TestCommunity.open({ billing: settings, settlement: { enabled: false } });
  await tradedDay();
  await billing().putRecord(number('ana'), anna);
  const { exceptions } = await previewed();
  const codes = exceptions.filter(({ member }) => member === number('ana')).map(({ code }) => code);
  expect(codes).toEqual(['not_settled']);
  await community.node.stop();
});

describe('a community that is itself the supplier', () => {
  const SECOND_DAY = { from: '2026-03-22', until: '2026-03-23', accept: [] } as const;
  const nano = (ct: bigint) => price(ct * 10_000n);

  beforeEach(async () => {
    community = await TestCommunity.open({ billing: settings });
    const fromMs = NOON_MS + 4 * SLOT_MS;
    const untilMs = fromMs + 10 * 86_400_000;
    const policy: SettlementPolicy = {
      ...DEFAULT_POLICY,
      validFromMs: fromMs,
      residualCharges: 'posted',
      buyerDeviationPrice: nano(2n),
    };
    const onLedger = {
      fromMs,
      untilMs,
      supplyPrice: nano(30n),
      feedInPrice: nano(8n),
      gridFee: nano(7n),
      communityGridFee: nano(3n),
      levy: nano(2n),
      tax: nano(1n),
    };
    await community.node.officer.submit([
      actionOf(ACTION.setSettlementPolicy, setSettlementPolicyCodec, { policy }),
      actionOf(ACTION.setTariff, setTariffCodec, { series: [onLedger] }),
    ]);
    await community.enrol('ana');
    await community.enrol('ben', 'household');
    const { meter } = await community.enrol('cleo', 'household');
    const part = { meter, fromMs, thousandths: 333 };
    await community.node.officer.submit([
      actionOf(ACTION.setParticipation, setParticipationCodec, part),
    ]);
    for (let slot = 0; slot < 48 + 96; slot++) {
      if (slot === 0 || slot === 80) {
        await community.stand('ana', 'sell', 800n, 100_000n);
        await community.stand('ben', 'buy', 800n, 300_000n);
      }
      const at = NOON_MS + slot * SLOT_MS;
      await community.advance(SLOT_MS);
      // Ben falls short of its trade in every fourth slot.
      const imported = slot % 4 === 0 ? 700n : 900n;
      await community.deliver(community.reading('ana', at, { exported: 1000n }));
      await community.deliver(community.reading('ben', at, { imported }));
      await community.deliver(community.reading('cleo', at, { imported: 1000n }));
    }
    community.clock.ms = Date.UTC(2026, 2, 24, 14);
    await community.node.tick();
    await billing().putRecord(number('ana'), anna);
    await billing().putRecord(number('ben'), ben);
    await billing().putRecord(number('cleo'), ben);
  });
  afterEach(() => community.node.stop());

  test('bills of a meter that takes part with a third what its runs posted for that third', async () => {
    const statement = billing().statement(number('cleo'), SECOND_DAY);
    if ('code' in statement) throw new Error(`${statement.code}`);
    expect(statement.findings).toEqual([]);
    // Of 1000 Wh each quarter hour 333 take part, and nobody sells to cleo.
    expect(statement.energy.imported).toBe(96n * 333n);
    const supplied = statement.charges.find(({ kind }) => kind === 'supply');
    expect(supplied?.money).toBe(-96n * 333n * nano(30n));
    const preview = await billing().preview(SECOND_DAY);
    if ('code' in preview) throw new Error(`${preview.code}`);
    expect(preview.exceptions.filter((one) => one.code === 'posted_differs')).toEqual([]);
  });

  test('bills what its runs posted, line by line, and only tax and fees are left to pay', async () => {
    const statement = billing().statement(number('ben'), SECOND_DAY);
    if ('code' in statement) throw new Error(`${statement.code}`);
    expect(statement.findings).toEqual([]);
    expect(statement.mode).toBe('posted');
    const { deviationBuy, residualImport, bought } = statement.energy;
    expect(deviationBuy).toBeGreaterThanOrEqual(24n * 100n);
    const moneyOf = (kind: string) =>
      statement.charges.find((charge) => charge.kind === kind)?.money;
    expect(moneyOf('deviation')).toBe(-deviationBuy * nano(2n));
    expect(moneyOf('supply')).toBe(-residualImport * nano(30n));
    expect(moneyOf('grid fee')).toBe(-(residualImport * nano(7n) + bought * nano(3n)));
    const preview = await billing().preview(SECOND_DAY);
    if ('code' in preview) throw new Error(`${preview.code}`);
    expect(preview.exceptions).toEqual([]);
    for (const { lines, totals } of preview.bills) {
      const unpaid = lines.filter(({ isPosted }) => !isPosted);
      const fees = unpaid.reduce((sum, line) => sum + line.netCents, 0n);
      expect(totals.dueCents).toBe(fees + totals.vatCents);
      expect(unpaid.map(({ kind }) => kind)).toEqual(
        unpaid.length === 0 ? [] : expect.arrayContaining(['member fee']),
      );
    }
  });
});
