/**
 * The recipe of vectors/golden-ledger-1.json: a ledger on which every action is carried out and
 * every event happens. Nothing in it is left to chance or to the clock, so it gives the same bytes
 * on every machine; a block that does not give the receipts written here stops it.
 */

import { toBase64, toHex } from '@commonwatt/ledger';
import { ROLE } from '../identity/messages.ts';
import {
  beginCertificates,
  countAndCorrect,
  fork,
  openAndSell,
} from './testing/golden-crossing.ts';
import { buyDirectly } from './testing/golden-direct.ts';
import { admit, fund, keep } from './testing/golden-members.ts';
import { MINUTE_MS, Recipe, street } from './testing/golden-recipe.ts';
import {
  activate,
  beginAgain,
  decideTariff,
  POLICY,
  payOut,
  settle,
} from './testing/golden-settlement.ts';
import { call, halt, negotiate } from './testing/golden-trading.ts';
import { OFFICER_ROLES, TestingLedger } from './testing-ledger.test-support.ts';

async function begin(): Promise<Recipe> {
  const organisation = { kind: 'organisation' } as const;
  const ledger = await TestingLedger.create({
    founders: {
      warden: { ...organisation, roles: ROLE.registrar | ROLE.treasurer | ROLE.checker },
      scribe: { ...organisation, roles: ROLE.checker },
      ana: {},
      ben: { kind: 'household' },
      sun: { kind: 'solar system' },
      plant: { kind: 'factory' },
    },
    officer: { roles: OFFICER_ROLES },
    genesis: {
      registrarThreshold: 2,
      treasurerThreshold: 2,
      checkerThreshold: 2,
      recoveryDelayMs: MINUTE_MS,
      markets: [street],
      settlementPolicy: POLICY,
    },
    sealBits: 4,
    checkpointBlocks: 4,
  });
  return new Recipe(ledger);
}

/** The ledger as the recipe makes it, and the one of certificates that it is bridged to. */
export interface GoldenLedgers {
  readonly market: TestingLedger;
  readonly certificates: TestingLedger;
}

/** Both as vectors/golden-ledger-1.json holds them. */
export async function goldenLedgers(): Promise<GoldenLedgers> {
  const recipe = await begin();
  await admit(recipe);
  await keep(recipe);
  await fund(recipe);
  await decideTariff(recipe);
  const standingOrders = await call(recipe);
  await negotiate(recipe);
  await halt(recipe, standingOrders);
  const crossing = await beginCertificates(recipe);
  await settle(recipe, (run) => openAndSell(crossing, run));
  await payOut(recipe);
  await buyDirectly(recipe);
  await countAndCorrect(crossing);
  await fork(crossing);
  await activate(recipe);
  await beginAgain(recipe);
  return { market: recipe.ledger, certificates: crossing.certificates.ledger };
}

/** The file's text: hashes and the genesis document in hex, each block's stored bytes in base64. */
export function goldenText({ market, certificates }: GoldenLedgers): string {
  const golden = {
    about: 'Frozen: see golden-ledger.md. Every release replays it byte for byte.',
    execution: 1,
    ...written(market),
    certificates: written(certificates),
  };
  return `${JSON.stringify(golden, undefined, 1)}\n`;
}

function written(ledger: TestingLedger) {
  const { document, records } = ledger.stored();
  return {
    chain: toHex(ledger.chain),
    height: ledger.height,
    headHash: toHex(ledger.ledger.headHash),
    genesis: toHex(document),
    records: records.map(toBase64),
  };
}
