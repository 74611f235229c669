/** The living street with visitors: one takes an invite and is settled with like everyone else. */

import { verifyBundle } from '@commonwatt/client';
import { NodeCrypto, NodeSigner } from '@commonwatt/consensus';
import {
  ACTION,
  type Join,
  joinCodec,
  keys,
  metersOfMember,
  type StandingOrder,
  standingOrderCodec,
} from '@commonwatt/contracts';
import { encode, fromHex, possessionBytes, toHex } from '@commonwatt/ledger';
import { buildStreet } from '@commonwatt/simulator';
import { energy, price } from '@commonwatt/units';
import { expect, test } from 'vitest';
import { demoKeys } from '../demo-keys.ts';
import { sendBatch } from './demo-member.ts';
import { beginStreet } from './street-demo.ts';
import { STREET_MARKET } from './street-genesis.ts';
import { Invites } from './street-invites.ts';

const HOUR_MS = 3_600_000;

test('a visitor takes the invite, gets a meter, trades and can prove what it paid', async () => {
  const street = buildStreet({ seed: 1 });
  const living = await beginStreet(street, { slots: 6, headless: true, port: 0 }, undefined);
  const { node, run, life } = living;
  try {
    const invites = new Invites(node);
    const link = await invites.open('http://localhost:8080');
    const [, seed = '', chain] = /invite=([0-9a-f]{64})&chain=([0-9a-f]{64})$/.exec(link) ?? [];
    expect(chain).toBe(toHex(node.ledger.chain));
    expect(await invites.renewed('http://localhost:8080')).toBeUndefined();

    const visitor = demoKeys('a visitor', 'phone');
    const invite = new NodeSigner(fromHex(seed));
    const { publicKey } = visitor.signer;
    const asked = possessionBytes(node.ledger.chain, 'join', publicKey);
    const message: Join = {
      inviteKey: invite.publicKey,
      inviteSignature: invite.sign(asked),
      agreementKey: visitor.agreementPublicKey,
    };
    const joined = await sendBatch(node, visitor.signer, [
      { type: ACTION.join, body: encode(joinCodec, message) },
    ]);
    expect(joined).toEqual({ refusal: undefined, actions: [undefined] });
    const member = node.ledger.state.get(keys, publicKey)?.member ?? 0;
    expect(await invites.renewed('http://localhost:8080')).toMatch(/invite=/);

    const fromMs = street.slotAt(life.firstSlotIndex).startMs;
    const order: StandingOrder = {
      market: STREET_MARKET,
      side: 'buy',
      limit: price(290_000n),
      energies: [energy(100n)],
      fromMs,
      untilMs: fromMs + HOUR_MS,
    };
    const body = encode(standingOrderCodec, order);
    await sendBatch(node, visitor.signer, [{ type: ACTION.standingOrder, body }]);
    for (let slot = 0; slot < 6; slot++) await run.slot(life.firstSlotIndex + slot);

    expect(node.ledger.state.group(metersOfMember, `${member}`)).toHaveLength(1);
    expect(node.projections.tradesOf(member).length).toBeGreaterThanOrEqual(4);
    const [statement] = node.statements.of(member, 0, Number.MAX_SAFE_INTEGER, 10);
    expect(statement?.bought).toBeGreaterThan(0n);
    expect(statement?.amount).toBeLessThan(0n);
    expect(run.counts).toEqual({ refusedOrders: 0, refusedReadings: 0 });

    const asker = {
      chain: node.ledger.chain,
      keys: [node.checkpoints.verifierKey],
      threshold: 1,
      crypto: new NodeCrypto(),
    };
    for (const one of [member, ...life.residents.map((resident) => resident.member)]) {
      const bundle = node.statements.bundle(one, 0, Number.MAX_SAFE_INTEGER);
      const verdict = verifyBundle(JSON.parse(JSON.stringify(bundle)), asker);
      expect(verdict.ok ? 'verified' : verdict.reason, `member ${one}`).toBe('verified');
    }
  } finally {
    await node.stop();
  }
});
