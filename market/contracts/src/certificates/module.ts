/** The certificates module: its specification is the README beside this file. */

import type { ContractModule } from '../execution/module.ts';
import { entitlements } from './state.ts';

export const certificatesModule: ContractModule = {
  name: 'certificates',
  tables: [entitlements],
  groupings: [],
  actions: [],
};
