/** A dropped proof file and what it says of itself, before anything of it is believed. */

import {
  ANSWER_BYTES_MAX,
  ClientError,
  createClient,
  memberKeysFromSeed,
} from '@commonwatt/client';

export interface ProofFile {
  readonly name: string;
  readonly json: unknown;
  /** The ledger that it says it is of. */
  readonly chain: string | undefined;
  readonly bills: readonly StatedBill[];
}

interface StatedLine {
  readonly name: string;
  readonly netCents: string;
}

/** As the file states it. Only for showing beside what was computed. */
export interface StatedBill {
  readonly number: string;
  readonly currency: string;
  readonly lines: readonly StatedLine[];
  readonly grossCents: string;
  readonly dueCents: string;
}

export class ProofFileError extends Error {
  override readonly name = 'ProofFileError';
}

export const PROOF_FILE_BYTES_MAX = ANSWER_BYTES_MAX;

/** @throws ProofFileError for what is no strict JSON. */
export async function readProofFile(file: File): Promise<ProofFile> {
  const json = await strictJson(await file.text());
  const chain = field(json, 'chain');
  const entries = field(json, 'bills');
  return {
    name: file.name,
    json,
    chain: typeof chain === 'string' && /^[0-9a-f]{64}$/.test(chain) ? chain : undefined,
    bills: Array.isArray(entries) ? entries.flatMap(statedBill) : [],
  };
}

/**
 * Through the typed client's own strict reader, so that a file is read exactly as the node's answer
 * would be: a text with two equal names or a rounded number never comes so far. Nothing is sent: the
 * file's text is the answer, and the key that signs the question is nobody's.
 */
async function strictJson(text: string): Promise<unknown> {
  const nobody = memberKeysFromSeed(new Uint8Array(32));
  const client = createClient({
    baseUrl: '',
    signer: nobody.signer,
    chain: '0'.repeat(64),
    fetch: async () => new Response(text, { headers: { 'content-type': 'application/json' } }),
  });
  try {
    return await client.memberBundle({ params: { member: 0 } });
  } catch (fault) {
    if (!(fault instanceof ClientError)) throw fault;
    const { reason, at } = fault.facts;
    const where = at === undefined ? '' : ` at character ${at}`;
    throw new ProofFileError(`${reason ?? 'it is not JSON in its strict form'}${where}`);
  }
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Readonly<Record<string, unknown>>)[name]
    : undefined;
}

/** Nothing for what is no bill: the verification says what is wrong with it. */
function statedBill(entry: unknown): readonly StatedBill[] {
  const text = field(entry, 'text');
  if (typeof text !== 'string') return [];
  try {
    return [billOf(JSON.parse(text))];
  } catch (fault) {
    if (fault instanceof SyntaxError) return [];
    throw fault;
  }
}

/** What is shown of a bill, as it was stated or as it was computed again; empty where it has none. */
export function billOf(bill: unknown): StatedBill {
  const [lines, totals] = [field(bill, 'lines'), field(bill, 'totals')];
  return {
    number: textOf(bill, 'number'),
    currency: textOf(bill, 'currency'),
    lines: (Array.isArray(lines) ? lines : []).map((line) => ({
      name: [textOf(line, 'kind'), textOf(line, 'name')].filter((one) => one !== '').join(': '),
      netCents: textOf(line, 'netCents'),
    })),
    grossCents: textOf(totals, 'grossCents'),
    dueCents: textOf(totals, 'dueCents'),
  };
}

function textOf(value: unknown, name: string): string {
  const found = field(value, name);
  return typeof found === 'string' || typeof found === 'number' ? String(found) : '';
}
