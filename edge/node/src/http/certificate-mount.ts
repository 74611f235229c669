/**
 * Doors of the ledger of certificates: status, genesis document, blocks, proofs, checkpoints, lanes and
 * transactions, by the same routes as the market's ledger under a prefix. A client is pointed there by
 * its base address alone and verifies that ledger as it does any other.
 */

import type { RouteName } from '@commonwatt/api';
import type { FastifyInstance } from 'fastify';
import type { Desks } from '../desks.ts';
import { Projections } from '../projections/projections.ts';
import { type Dispatch, registerRoutes } from './dispatch.ts';
import { ledgerHandlers } from './handlers/ledger-handlers.ts';
import { transactionHandlers } from './handlers/transaction-handlers.ts';

export const CERTIFICATES_PREFIX = '/certificates';

const MOUNTED: ReadonlySet<RouteName> = new Set<RouteName>([
  'ledgerStatus',
  'genesisDocument',
  'checkpointNote',
  'blockList',
  'blockDetail',
  'blockProof',
  'consistencyProof',
  'laneStatus',
  'submitTransaction',
]);

/** Answers how to stop following its blocks; nothing is mounted where there is no such ledger. */
export function mountCertificates(server: FastifyInstance, market: Dispatch): () => void {
  const { certificates } = market.desks;
  if (certificates === undefined) return () => undefined;
  const { ledger, engine, checkpoints } = certificates;
  const projections = new Projections(ledger, market.desks.crypto);
  projections.rebuild();
  const desks = withLedger(market.desks, { ledger, engine, checkpoints, projections });
  const submit = transactionHandlers(desks, market.gate, market.metrics);
  const handlers = { ...market.handlers, ...ledgerHandlers(desks), ...submit };
  registerRoutes(
    server,
    { ...market, desks, handlers },
    { prefix: CERTIFICATES_PREFIX, names: MOUNTED },
  );
  return engine.onBlock(({ header }) => projections.follow(header.height));
}

type OfLedger = Pick<Desks, 'ledger' | 'engine' | 'checkpoints' | 'projections'>;

/** The desks may be getters of a node: each is named, for a spread would lose them. */
function withLedger(market: Desks, own: OfLedger): Desks {
  return {
    ...own,
    crypto: market.crypto,
    clock: market.clock,
    readings: market.readings,
    personal: market.personal,
    statements: market.statements,
    billing: market.billing,
    sharing: market.sharing,
    mailbox: market.mailbox,
    accessLog: market.accessLog,
    clockWatch: market.clockWatch,
    mqtt: market.mqtt,
    certificates: market.certificates,
    community: () => market.community(),
    words: () => [],
    why: () => undefined,
  };
}
