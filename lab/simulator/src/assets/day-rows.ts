/** What the assets do in each slot of a run, as the schedules write it. */

import { type BatterySeries, batterySeries } from './battery.ts';

export interface DayRows extends BatterySeries {
  readonly vehicleWh: Int32Array;
  readonly heatPumpWh: Int32Array;
}

export function dayRows(slots: number): DayRows {
  return {
    ...batterySeries(slots),
    vehicleWh: new Int32Array(slots),
    heatPumpWh: new Int32Array(slots),
  };
}
