/** Why a call did not end as asked: the node's own refusal, or what became of the way to it. */

/** Codes that arise on this side. Every other code is the node's. */
export type LocalCode =
  /** The request is not as the route has it: nothing was sent. */
  | 'request_invalid'
  /** The route is for members, and no key was given: nothing was sent. */
  | 'signer_missing'
  /** No answer: the node is down, the way is broken, or it took too long. Nothing was changed. */
  | 'unreachable'
  /** The caller gave up. Nothing was changed. */
  | 'aborted'
  /** The node answered with what the route does not have. Nothing was changed. */
  | 'answer_malformed'
  /**
   * The call may or may not have taken effect: the connection broke, or what answered cannot know.
   * A transaction is found out by sending the very same bytes again, which has one effect at most.
   */
  | 'outcome_unknown';

export interface ClientFault {
  readonly code: string;
  /** What the node or this side adds to the code. */
  readonly facts?: Readonly<Record<string, unknown>>;
  /** The HTTP status; 0 where there was no answer. */
  readonly status?: number;
  readonly cause?: unknown;
}

export class ClientError extends Error {
  override readonly name = 'ClientError';
  /** A `LocalCode`, or the code of the node's refusal. */
  readonly code: string;
  readonly facts: Readonly<Record<string, unknown>>;
  readonly status: number;

  constructor(route: string, { code, facts = {}, status = 0, cause }: ClientFault) {
    super(`${route}: ${code}${factsText(facts)}`, cause === undefined ? {} : { cause });
    this.code = code;
    this.facts = facts;
    this.status = status;
  }
}

const FACTS_CHARACTERS_MAX = 500;

function factsText(facts: Readonly<Record<string, unknown>>): string {
  if (Object.keys(facts).length === 0) return '';
  const text = JSON.stringify(facts, (_name, value: unknown) =>
    typeof value === 'bigint' ? `${value}` : value,
  );
  return ` ${text.length > FACTS_CHARACTERS_MAX ? `${text.slice(0, FACTS_CHARACTERS_MAX)}...` : text}`;
}
