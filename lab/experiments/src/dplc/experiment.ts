/** The case study of Tian et al., section IV. */

import type { Experiment } from '../reproduction.ts';
import { asPrinted } from './as-printed.ts';
import { asStated } from './as-stated.ts';
import { tableSix } from './table-6.ts';

export const dplc = {
  name: 'dplc',
  paper:
    'Tian, Wang, Lu, Zhen, Han, Catalão: Optimal Model for Direct Power Purchase by Large Consumers Based on Blockchain',
  claim: 'Table 5 is the outcome of high-low matching of Tables 2 to 4 over Table 1, bundled 1:3',
  run: () => ({ experiment: 'dplc', parts: [...asPrinted(), ...asStated(), ...tableSix()] }),
} satisfies Experiment;
