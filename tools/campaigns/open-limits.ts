/** So many requests that no honest load meets the gateway's limits: for campaigns about other things. */

const bucket = { capacity: 10_000_000, refillPerSecond: 1_000_000, namesMax: 10_000 };

export const OPEN_LIMITS = {
  requests: bucket,
  failures: bucket,
  ofKey: bucket,
  quarantine: { offencesMax: 1_000_000, decayMs: 1, keysMax: 10_000 },
} as const;
