/** The metering module: meters, and commitments to readings that stay off the ledger. */

import type { ContractModule } from '../execution/module.ts';
import { commitments, commitmentsOfPeriod, meters, metersOfMember } from './state.ts';

export const meteringModule: ContractModule = {
  name: 'metering',
  tables: [meters, commitments],
  groupings: [metersOfMember, commitmentsOfPeriod],
  actions: [],
};
