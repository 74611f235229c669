/** The benches by name. */

import type { Bench } from './figure.ts';

/** Each is loaded when it is asked for. */
const benches: Readonly<Record<string, () => Promise<Bench>>> = {
  ingest: async () => (await import('./ingest.ts')).ingest,
  batch: async () => (await import('./ingest.ts')).batch,
  persist: async () => (await import('./persist.ts')).persist,
  merkle: async () => (await import('./merkle.ts')).merkle,
  audit: async () => (await import('./audit.ts')).audit,
  http: async () => (await import('./http.ts')).http,
  settlement: async () => (await import('./settlement.ts')).settlement,
  dplc: async () => (await import('./dplc.ts')).dplc,
  memory: async () => (await import('./memory.ts')).memory,
  auction: async () => (await import('./auction.ts')).auction,
  book: async () => (await import('./book.ts')).book,
  welfare: async () => (await import('./welfare.ts')).welfare,
  year: async () => (await import('./year.ts')).year,
};

export const benchNames: readonly string[] = Object.keys(benches);

/** Nothing for a name that no bench has. */
export async function benchNamed(name: string): Promise<Bench | undefined> {
  return Object.hasOwn(benches, name) ? benches[name]?.() : undefined;
}
