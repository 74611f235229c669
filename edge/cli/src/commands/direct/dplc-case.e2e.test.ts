/** The doors' view of the whole case as it was played: contracts paid, certificates over the peg. */

import { createClient } from '@commonwatt/client';
import { CommunityNode } from '@commonwatt/node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DplcCertificates } from '../../demo/dplc/dplc-certificates.ts';
import { Doors } from '../../demo/dplc/dplc-doors.ts';
import { certificateOptions, GENESIS_MS, marketGenesis } from '../../demo/dplc/dplc-genesis.ts';
import { BUYERS, CENTRE, type Party, STRANGER } from '../../demo/dplc/dplc-parties.ts';
import { DplcRound } from '../../demo/dplc/dplc-round.ts';
import { DemoClock } from '../../demo/street/demo-clock.ts';

let node: CommunityNode;
let doors: Doors;
let chain = '';
const params = { round: '1' };
const BUYER = BUYERS[0] as Party;

const as = (party: Party) =>
  createClient({ baseUrl: node.url ?? '', signer: party.keys.signer, chain });
const sumOf = (texts: readonly string[]) => texts.reduce((sum, text) => sum + BigInt(text), 0n);

beforeAll(async () => {
  const clock = new DemoClock(GENESIS_MS);
  node = await CommunityNode.open({
    clock,
    genesis: marketGenesis(),
    officer: CENTRE.keys.signer,
    settlement: { enabled: false },
    certificates: certificateOptions(),
    http: { port: 0 },
  });
  await node.listen();
  const client = createClient({ baseUrl: node.url ?? '' });
  ({ chain } = await client.ledgerStatus());
  doors = new Doors(node, client, clock);
  await new DplcRound(doors, () => undefined).run();
  await new DplcCertificates(doors, () => undefined).run();
});
afterAll(() => node.stop());

test('the round is closed, its limit bound, and money balances in every contract', async () => {
  const centre = as(CENTRE);
  const { stage, check } = await centre.directRound({ params });
  expect(stage).toBe('closed');
  expect(check?.corridors.some(({ binding }) => binding)).toBe(true);
  const { contracts } = await centre.directContracts({ params, query: { limit: '500' } });
  expect(contracts.some(({ status }) => status === 'paid')).toBe(true);
  for (const { paid, due } of contracts) {
    expect(due).toEqual([]);
    if (paid === null) continue;
    const { buyerPays, sellerGets, transmission, fees } = paid;
    expect(BigInt(buyerPays)).toBe(sumOf([sellerGets, transmission, fees]));
  }
  const lines = (await centre.directContractTable({ params })).split('\r\n');
  expect(lines).toHaveLength(contracts.length + 2);
});

test('the matrix names the value that each matched pair was matched by', async () => {
  const centre = as(CENTRE);
  const { rows } = await centre.directMatrix({ params });
  const { pairs, unmatched } = await centre.directMatching({ params });
  expect(pairs.length).toBeGreaterThan(0);
  for (const { terms, convertedValue } of pairs) {
    const row = rows.find(({ buyer }) => buyer === terms.buyer);
    const parts = row?.cells.find(({ seller }) => seller === terms.seller)?.parts;
    const phase = terms.green ? parts?.green : parts?.ordinary;
    expect(phase).toMatchObject({ value: convertedValue, mayTrade: true });
  }
  for (const { energy } of unmatched) expect(BigInt(energy)).toBeGreaterThan(0n);
});

test('a participant reads its own contracts, and a stranger nothing', async () => {
  const buyer = as(BUYER);
  const own = await buyer.directContracts({ params });
  const number = doors.memberOf(BUYER);
  expect(own.contracts.length).toBeGreaterThan(0);
  for (const { terms } of own.contracts) expect([terms.buyer, terms.seller]).toContain(number);
  await expect(as(STRANGER).directRound({ params })).rejects.toMatchObject({
    code: 'not_admitted',
  });
});

test('certificates stand for what was produced, and the peg holds what was minted', async () => {
  const centre = as(CENTRE);
  const { members, standing } = await centre.certificateCompliance();
  const held = members.flatMap((one) => {
    const { withdrawn: _, ...stand } = one.held;
    return Object.values(stand);
  });
  expect(BigInt(standing)).toBeGreaterThan(0n);
  expect(sumOf(held)).toBe(BigInt(standing));
  expect(members.some(({ quota }) => BigInt(quota.owed) > 0n)).toBe(true);
  expect(members.some(({ obligation }) => BigInt(obligation.owed) > 0n)).toBe(true);
  const bridge = await centre.certificateBridge();
  expect(BigInt(bridge.locked)).toBe(BigInt(bridge.minted) + BigInt(bridge.underWay));
  expect(bridge.market.crossings[0]).toMatchObject({ arrivedHeight: expect.any(Number) });
  const own = await as(BUYER).memberCertificates({ params: { member: doors.memberOf(BUYER) } });
  expect(own.there).toBe(doors.holderOf(BUYER));
  expect(own.entitlements.length).toBeGreaterThan(0);
});
