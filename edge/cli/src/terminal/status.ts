/** Exit statuses, the same for every command. */
export const STATUS = {
  done: 0,
  /** The answer is no: an audit that is not clean, a submission that was refused. */
  no: 1,
  /** Bad input or usage. */
  badInput: 2,
  /** A yardstick or engine is missing on this machine. */
  missing: 3,
} as const;

export type Status = (typeof STATUS)[keyof typeof STATUS];
