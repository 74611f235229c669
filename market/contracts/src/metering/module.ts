/** The metering module: its specification is the README beside this file. */

import type { ContractModule } from '../execution/module.ts';
import { commitReadings } from './commit-readings.ts';
import { registerMeter, retireMeter } from './meters.ts';
import { setParticipation } from './participation.ts';
import { replaceMeter, revokeMeter } from './replace-meter.ts';
import {
  closedPeriods,
  closedPeriodsOfDay,
  commitments,
  commitmentsOfPeriod,
  meters,
  metersOfMember,
  participations,
} from './state.ts';

export const meteringModule: ContractModule = {
  name: 'metering',
  tables: [meters, commitments, closedPeriods, participations],
  groupings: [metersOfMember, commitmentsOfPeriod, closedPeriodsOfDay],
  actions: [
    registerMeter,
    retireMeter,
    commitReadings,
    replaceMeter,
    revokeMeter,
    setParticipation,
  ],
};
