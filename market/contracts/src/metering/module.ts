/** The metering module: its specification is the README beside this file. */

import type { ContractModule } from '../execution/module.ts';
import { commitReadings } from './commit-readings.ts';
import { registerMeter, retireMeter } from './meters.ts';
import {
  closedPeriods,
  closedPeriodsOfDay,
  commitments,
  commitmentsOfPeriod,
  meters,
  metersOfMember,
} from './state.ts';

export const meteringModule: ContractModule = {
  name: 'metering',
  tables: [meters, commitments, closedPeriods],
  groupings: [metersOfMember, commitmentsOfPeriod, closedPeriodsOfDay],
  actions: [registerMeter, retireMeter, commitReadings],
};
