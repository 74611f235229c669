/** Why the check cut a pair, in words: the ledger names the corridor or the rule. */

import { en } from '../words/en.ts';

const words = en.direct.unmatched;

/** `limit of corridor ["A","D"]` is how the ledger writes it; a sentence that is not known stays. */
export function cutWords(reason: string): string {
  const [, from, to] = /^limit of corridor \["([^"]*)","([^"]*)"\]$/.exec(reason) ?? [];
  if (from !== undefined && to !== undefined) return words.limitOf(from, to);
  return reason === 'bundling' ? words.bundled : reason;
}
