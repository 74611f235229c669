/** What strangers, meters, officers and negotiating parties bring to the node. */

import { openApiDocument } from '@commonwatt/api';
import { invites, members } from '@commonwatt/contracts';
import { fromHex, toHex } from '@commonwatt/ledger';
import type { DeskRefusal, Desks } from '../../desks.ts';
import type { NodeMetrics } from '../../metrics.ts';
import type { Gate } from '../gate.ts';
import { type Handlers, WithStatus } from '../handler.ts';
import { roleNames } from '../identity.ts';
import { negotiationEvidence } from '../negotiation-evidence.ts';
import { negotiationSides } from '../negotiation-parties.ts';
import { ReceiptProofs } from '../receipt-proofs.ts';
import { energyOf, refused } from '../refused.ts';
import { memberOf, memberRow } from './member-handlers.ts';

type DoorHandlers = Pick<
  Handlers,
  | 'health'
  | 'metrics'
  | 'openapi'
  | 'inviteStatus'
  | 'negotiationMessages'
  | 'postNegotiationMessage'
  | 'memberList'
  | 'postReadings'
  | 'postRecord'
>;

const API_VERSION = '0.1.0';

export function doorHandlers(desks: Desks, gate: Gate, figures: NodeMetrics): DoorHandlers {
  const document = openApiDocument(API_VERSION);
  const proofs = new ReceiptProofs(desks.ledger, desks.crypto);
  return {
    health: () => health(desks),
    metrics: () => figures.text(),
    openapi: () => document,
    inviteStatus: ({ params }) => inviteStatus(desks, params.inviteKey),
    negotiationMessages: ({ params }) => negotiation(desks, params.id, proofs),
    postNegotiationMessage: ({ params, body, requester }) => {
      const refusal = desks.mailbox.post(params.id, {
        from: memberOf(requester),
        sequence: body.sequence,
        sealed: fromHex(body.sealed),
      });
      if (refusal === undefined) return { accepted: true };
      const { code, ...facts } = refusal;
      if (code === 'messages_too_many' || code === 'sequence_wrong') return refused(code, facts);
      throw new Error(`mailbox: expected a refusal of the route, got ${code}`);
    },
    memberList: ({ requester }) => {
      // Names are the registrar's to keep; the other officers work with numbers.
      const seesLabels = requester.roles.has('registrar');
      const rows = desks.ledger.state.entries(members).map(([number, member]) => ({
        ...memberRow(desks, number, member),
        label: (seesLabels && desks.personal.label(number)) || null,
      }));
      return { members: rows };
    },
    postReadings: async ({ body, address }) => {
      const readings = body.readings.map((one) => ({
        meter: one.meter,
        slotMs: one.slotMs,
        counter: one.counter,
        imported: energyOf(one.importedWh, 'body.readings.importedWh'),
        exported: energyOf(one.exportedWh, 'body.readings.exportedWh'),
        quality: one.quality,
        version: one.version,
        key: fromHex(one.key),
        signature: fromHex(one.signature),
      }));
      const answers = await desks.readings.take(readings);
      gate.failed(address, answers.filter(isForged).length);
      for (const answer of answers) if (answer !== undefined) figures.refused(answer.code);
      return { results: answers.map((answer) => answer?.code ?? 'stored') };
    },
    postRecord: async ({ body }) => {
      const { member, label } = body;
      if (desks.ledger.state.get(members, member) === undefined) {
        return refused('member_unknown', { member });
      }
      await desks.personal.putLabel(member, label);
      return { stored: true };
    },
  };
}

/** Readings that no meter of this ledger signed count against whoever brought them. */
function isForged(answer: DeskRefusal | undefined): boolean {
  return answer !== undefined && FORGED.has(answer.code);
}
const FORGED: ReadonlySet<string> = new Set(['meter_unknown', 'not_the_meter', 'signature_wrong']);

function health({ engine, ledger, clockWatch }: Desks) {
  const height = ledger.head?.height ?? null;
  if (engine.halted === undefined) {
    const reason = clockWatch?.step === undefined ? null : 'clock_held';
    return { status: 'ok' as const, height, reason };
  }
  // The kind of fault is for everyone; what it says may name folders, and is for the log.
  const { cause } = engine.halted;
  const reason = cause instanceof Error ? cause.name : engine.halted.name;
  return new WithStatus(503, { status: 'halted' as const, height, reason });
}

function inviteStatus({ ledger, clock }: Desks, inviteKey: string) {
  const invite = ledger.state.get(invites, fromHex(inviteKey));
  if (invite === undefined) return refused('invite_unknown');
  return {
    open: invite.expiresMs > Math.max(clock.nowMs(), ledger.info().timeMs),
    kind: invite.kind,
    roles: [...roleNames(invite.roles)],
    expiresMs: invite.expiresMs,
    importLimitW: `${invite.importLimitW}`,
    exportLimitW: `${invite.exportLimitW}`,
    creditLimit: `${invite.creditLimit}`,
  };
}

function negotiation(desks: Desks, id: string, proofs: ReceiptProofs) {
  const { state } = desks.ledger;
  const sides = negotiationSides(desks, id);
  if (sides === undefined) return refused('not_found');
  const seller = state.get(members, sides.seller);
  const buyer = state.get(members, sides.buyer);
  const evidence = negotiationEvidence(desks, id, proofs);
  if (seller === undefined || buyer === undefined || evidence === undefined) {
    return refused('not_found');
  }
  return {
    seller: sides.seller,
    buyer: sides.buyer,
    sellerKey: toHex(seller.publicKey),
    buyerKey: toHex(buyer.publicKey),
    sellerAgreementKey: toHex(seller.agreementKey),
    buyerAgreementKey: toHex(buyer.agreementKey),
    evidence,
    messages: desks.mailbox.messages(id).map(({ from, sequence, sealed, receivedMs }) => ({
      from,
      sequence,
      sealed: toHex(sealed),
      receivedMs,
    })),
  };
}
