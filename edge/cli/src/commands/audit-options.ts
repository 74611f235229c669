/** What an audit is asked for, by a person or by the process that watches another. */
export interface AuditOptions {
  readonly checkpoint?: string;
  /** Verification keys, of which `threshold` must have signed the checkpoint. */
  readonly keys?: readonly string[];
  readonly threshold?: string;
  readonly readings?: string;
  readonly json?: boolean;
  /** Audits here and now: what the process of the command asks its child. */
  readonly inProcess?: 'watched' | 'silent';
  /** An empty folder for a copy of a ledger that a node works on. */
  readonly scratch?: string;
}
