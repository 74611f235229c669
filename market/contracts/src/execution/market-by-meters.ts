/** The market as this release has it: its zones are what the meters say. */

import { marketModuleWith } from '../market/module.ts';
import { feederOf } from '../metering/feeder.ts';

export const marketModule = marketModuleWith(feederOf);
