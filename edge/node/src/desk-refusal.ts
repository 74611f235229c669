/** A refusal at a desk: the code and the facts. */
export interface DeskRefusal {
  readonly code: string;
  readonly [fact: string]: unknown;
}
