import { join } from 'node:path';
import { ROOT } from './install.js';

/** Names the seed that laws draw from. Without it every run draws the same, so that red is red for everybody. */
export const SEED_VARIABLE = 'COMMONWATT_LAW_SEED';
/** Names one of `FAULTS`, to be put into its source while the laws are tried. */
export const FAULT_VARIABLE = 'COMMONWATT_LAW_FAULT';

/** @type {Readonly<Record<string, { file: string, sound: string, faulty: string }>>} */
export const FAULTS = {
  'serve the smallest remainder first': {
    file: 'kernel/units/src/split.ts',
    sound: 'waiting.sort(byRemainderThenLot)',
    faulty: 'waiting.sort((a, b) => byRemainderThenLot(b, a))',
  },
  'round down towards zero': {
    file: 'kernel/units/src/rounding.ts',
    sound: 'quotient - 1n : quotient',
    faulty: 'quotient : quotient',
  },
};

/** What makes the laws of the unit tests, which fast-check draws values for, come from one seed. */
export function laws() {
  const replacement = join(ROOT, 'tools', 'seeded-laws.js');
  return {
    resolve: { alias: [{ find: /^fast-check$/, replacement }] },
    plugins: [planting(process.env[FAULT_VARIABLE])],
  };
}

/** @param {string | undefined} name */
function planting(name) {
  const fault = name === undefined ? undefined : FAULTS[name];
  if (name !== undefined && fault === undefined) {
    throw new Error(
      `${FAULT_VARIABLE}: expected one of ${Object.keys(FAULTS).join(', ')}, got ${name}`,
    );
  }
  return {
    name: 'planting',
    /** @type {'pre'} */
    enforce: 'pre',
    /** @type {(code: string, id: string) => string | undefined} */
    transform(code, id) {
      if (fault === undefined || id !== join(ROOT, fault.file)) return undefined;
      if (!code.includes(fault.sound)) throw new Error(`${fault.file}: expected '${fault.sound}'`);
      return code.replace(fault.sound, fault.faulty);
    },
  };
}
