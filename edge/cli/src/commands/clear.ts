/** `commonwatt clear`: one clearing of a book from CSV, without a ledger. */

import type { Call, Solve } from '@commonwatt/mechanisms';
import { requireUtf8 } from '../terminal/csv-faults.ts';
import { STATUS, type Status } from '../terminal/status.ts';
import { print, printJson, type Terminal, written } from '../terminal/terminal.ts';
import { UsageError } from '../terminal/usage-error.ts';
import { descriptionJson, descriptionText, listText } from './clear/description.ts';
import { columnsOf, settingsOf, tablesOf } from './clear/inputs.ts';
import { jsonPieces } from './clear/json-pieces.ts';
import { lotDrawer } from './clear/lots.ts';
import { type Clearable, chosenMechanisms, clearables, named } from './clear/mechanism-choice.ts';
import {
  differenceJson,
  differenceText,
  type Outcome,
  outcomeFields,
  outcomeText,
} from './clear/outcome.ts';
import { type Places, refusedCall } from './clear/refusal-places.ts';
import { ORDERS_PLACE, readBooks } from './orders-csv.ts';

export interface ClearOptions {
  readonly mechanism?: string;
  readonly param?: readonly string[];
  readonly file?: readonly string[];
  readonly seed?: string;
  readonly json?: boolean;
  readonly list?: boolean;
  readonly describe?: string;
}

const INPUT_BYTES_MAX = 256 * 1024 * 1024;
const BYTE_ORDER_MARK = Buffer.of(0xef, 0xbb, 0xbf);

/** `openSolver` is asked where a mechanism states a problem; without it they go by their own lights. */
export async function clear(
  terminal: Terminal,
  options: ClearOptions,
  openSolver?: () => Promise<Solve>,
): Promise<Status> {
  const { mechanism, json = false, list = false, describe } = options;
  if (list) {
    if (json) printJson(terminal, clearables().map(descriptionJson));
    else print(terminal, listText(clearables()));
    return STATUS.done;
  }
  if (describe !== undefined) {
    const one = await named(describe);
    if (json) printJson(terminal, descriptionJson(one));
    else print(terminal, descriptionText(one));
    return STATUS.done;
  }
  if (mechanism === undefined) {
    throw new UsageError('--mechanism', 'a name (--list tells them)', 'nothing');
  }
  const chosen = await chosenMechanisms(mechanism);
  const solve = chosen.some(({ problem }) => problem !== undefined)
    ? await openSolver?.()
    : undefined;
  await clearBooks(terminal, chosen, options, solve);
  return STATUS.done;
}

async function clearBooks(
  terminal: Terminal,
  mechanisms: readonly Clearable[],
  { param = [], file = [], seed = '', json = false }: ClearOptions,
  solve: Solve | undefined,
): Promise<void> {
  const settings = settingsOf(mechanisms, param);
  const { tables, lines } = await tablesOf(mechanisms, file);
  const layout = {
    columns: columnsOf(mechanisms),
    ignoresPrice: mechanisms.every(({ ignoresPrice }) => ignoresPrice === true),
  };
  const draw = lotDrawer(seed);
  for (const book of readBooks(await wholeInput(terminal), layout)) {
    const { slot, orders } = book;
    const places = { book, tables: lines };
    const lots = draw(orders);
    const outcomes = mechanisms.map((mechanism, at) =>
      cleared(mechanism, { orders, lots, settings: settings[at] ?? {}, tables }, places, solve),
    );
    const [first, second] = outcomes;
    if (first === undefined) continue;
    if (second === undefined) {
      if (json) await printPieces(terminal, jsonPieces(outcomeFields(slot, first)));
      else print(terminal, outcomeText(slot, first));
    } else if (json) printJson(terminal, differenceJson(slot, [first, second]));
    else print(terminal, differenceText(slot, [first, second]));
  }
}

/** Nothing is written before all of it could be made. */
async function printPieces({ stdout }: Terminal, line: Iterable<string>): Promise<void> {
  for (const piece of [...line, '\n']) await written(stdout, piece);
}

/** Tables that a mechanism does not declare are none of its business. */
function cleared(
  mechanism: Clearable,
  given: Call,
  places: Places,
  solve: Solve | undefined,
): Outcome {
  const { problem } = mechanism;
  if (problem === undefined && clearables().includes(mechanism)) {
    return clearedAtOnce(mechanism, given, places);
  }
  const call =
    problem === undefined || solve === undefined || isRefused(mechanism, given)
      ? given
      : { ...given, candidate: solve(problem(given)) };
  throwRefusal(mechanism, call, places);
  return outcomeOf(mechanism, call);
}

/** Those of the registry check every call that they clear, so it is not checked twice where it is sound. */
function clearedAtOnce(mechanism: Clearable, call: Call, places: Places): Outcome {
  try {
    return outcomeOf(mechanism, call);
  } catch (error) {
    throwRefusal(mechanism, call, places);
    throw error;
  }
}

/** @throws UsageError where the mechanism refuses */
function throwRefusal(mechanism: Clearable, call: Call, places: Places): void {
  const refusal = mechanism.refuse(call);
  if (refusal !== undefined) throw refusedCall(mechanism, call, refusal, places);
}

function outcomeOf(mechanism: Clearable, call: Call): Outcome {
  const { name } = mechanism;
  return mechanism.kind === 'auction'
    ? { kind: 'auction', name, clearing: mechanism.clear(call) }
    : { kind: 'sharing', name, shares: mechanism.share(call) };
}

/** Whether the call would be refused with a candidate as well. */
function isRefused(mechanism: Clearable, call: Call): boolean {
  const code = mechanism.refuse(call)?.code;
  return code !== undefined && code !== 'candidate_missing';
}

async function wholeInput({ stdin }: Terminal): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of stdin) {
    const bytes = Buffer.from(chunk);
    length += bytes.length;
    if (length > INPUT_BYTES_MAX) {
      throw new UsageError('orders', `at most ${INPUT_BYTES_MAX} bytes`, 'more');
    }
    chunks.push(bytes);
  }
  const whole = Buffer.concat(chunks);
  requireUtf8(whole, ORDERS_PLACE);
  const isMarked = whole.subarray(0, BYTE_ORDER_MARK.length).equals(BYTE_ORDER_MARK);
  return isMarked ? whole.subarray(BYTE_ORDER_MARK.length) : whole;
}
