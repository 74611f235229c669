/**
 * A mechanism in a module of one's own. Whatever it throws, and whatever it makes that breaks a duty of every mechanism,
 * is the module's fault and is told as such, with its file and line where it has one; `clear` and the lab run it alike.
 */

import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import * as mechanisms from '@commonwatt/mechanisms';
import {
  type AuctionMechanism,
  type Call,
  defineAuction,
  defineSharing,
  outcomeFault,
  type SharingMechanism,
} from '@commonwatt/mechanisms';
import * as units from '@commonwatt/units';
import { UsageError } from '../../terminal/usage-error.ts';

type Own = AuctionMechanism | SharingMechanism;

const PARTS = { ...units, ...mechanisms };
const SYNTAX_TIMEOUT_MS = 10_000;

/**
 * The default export of a module: a mechanism, the rule of one (then the usual checks are put around
 * it), or a function that makes either from what the shipped mechanisms are made of: the exports of their room and of
 * the quantities.
 * @throws UsageError
 */
export async function ownModule(path: string): Promise<Own> {
  let module: { readonly default?: unknown };
  try {
    module = await import(pathToFileURL(path).href);
  } catch (error) {
    throw new UsageError('--mechanism', 'a module that can be loaded', unloadable(path, error));
  }
  const exported = module.default;
  const made: unknown =
    typeof exported === 'function' ? guarded(path, () => exported(PARTS)) : exported;
  if (typeof made !== 'object' || made === null) throw unusable(path, typeof made);
  const rule: Record<string, unknown> = {
    version: 1,
    source: path,
    rule: path,
    ties: 'not said',
    settings: [],
    properties: [],
    ...made,
  };
  if (typeof rule.name !== 'string') throw unusable(path, 'no name');
  if (typeof rule.clear !== 'function' && typeof rule.share !== 'function') {
    throw unusable(path, 'neither clear nor share');
  }
  return watched(path, mechanismOf(rule));
}

function mechanismOf(rule: Record<string, unknown>): Own {
  const isAuction = typeof rule.clear === 'function';
  if (typeof rule.refuse === 'function') {
    return { ...rule, kind: isAuction ? 'auction' : 'sharing' } as unknown as Own;
  }
  return isAuction
    ? defineAuction(rule as unknown as Parameters<typeof defineAuction>[0])
    : defineSharing(rule as unknown as Parameters<typeof defineSharing>[0]);
}

/** The mechanism, with every call of it and every outcome looked at. */
function watched(path: string, own: Own): Own {
  const { problem } = own;
  const around = {
    refuse: (call: Call) => guarded(path, () => own.refuse(call)),
    ...(problem && { problem: (call: Call) => guarded(path, () => problem(call)) }),
  };
  return own.kind === 'auction'
    ? { ...own, ...around, clear: (call) => sound(path, own, call, () => own.clear(call)) }
    : { ...own, ...around, share: (call) => sound(path, own, call, () => own.share(call)) };
}

function sound<Outcome>(path: string, own: Own, call: Call, run: () => Outcome): Outcome {
  return guarded(path, () => {
    const outcome = run();
    const fault = outcomeFault(own, call, outcome);
    if (fault === undefined) return outcome;
    throw new UsageError(`${path}, ${fault.place}`, fault.expected, fault.got);
  });
}

/** @throws UsageError for whatever `run` throws */
function guarded<Result>(path: string, run: () => Result): Result {
  try {
    return run();
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(placeOf(path, error), 'a mechanism that does not throw', toldOf(error));
  }
}

function unloadable(path: string, error: unknown): string {
  const line = error instanceof SyntaxError ? syntaxErrorLine(path) : undefined;
  const place = line === undefined ? placeOf(path, error) : `${path}:${line}`;
  return `${place}: ${toldOf(error)}`;
}

/** The topmost line of the module that the error passed on its way. */
function placeOf(path: string, error: unknown): string {
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  // A file stands in a stack by its address, or by its path where whoever loads modules rewrites them.
  const names = [pathToFileURL(path).href, resolve(path)];
  for (const line of stack.split('\n')) {
    for (const name of names) {
      const at = line.indexOf(name);
      const [found] = at < 0 ? [] : (/^:[0-9]+/.exec(line.slice(at + name.length)) ?? []);
      if (found !== undefined) return `${path}${found}`;
    }
  }
  return path;
}

function toldOf(error: unknown): string {
  const [first = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
  const name = error instanceof Error ? `${error.name}: ` : '';
  return `${name}${first}`;
}

/** Node says where a module cannot be parsed only as it ends; so one more of it is asked. */
function syntaxErrorLine(path: string): number | undefined {
  const { stderr } = spawnSync(process.execPath, ['--check', '--input-type=module', '-'], {
    input: readFileSync(path),
    encoding: 'utf8',
    timeout: SYNTAX_TIMEOUT_MS,
  });
  const found = /^\[stdin\]:([0-9]+)/m.exec(stderr)?.[1];
  return found === undefined ? undefined : Number(found);
}

function unusable(path: string, got: string): UsageError {
  const expected = 'a module whose default export is a mechanism (name, clear or share)';
  return new UsageError('--mechanism', expected, `${path}: ${got}`);
}
