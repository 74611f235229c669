/** The ledger's own parameters, one entry. Table 70. */

import { table, u8 } from '@commonwatt/ledger';
import { type Parameters, parametersCodec } from './genesis-parameters.ts';

export const parameters = table<number, Parameters>(70, 'parameters', u8, parametersCodec);
