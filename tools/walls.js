/**
 * The rooms in their four streets and what each may import of the others. The wall check, the drawn graph
 * and the tidy test read this one table. Rooms not built yet have their place here already.
 *
 * @type {Readonly<Record<string, readonly string[]>>}
 */
export const WALLS = {
  'kernel/units': [],
  'kernel/ledger': ['kernel/units'],
  'market/mechanisms': ['kernel/units'],
  'market/privacy': ['kernel/units'],
  'market/contracts': ['kernel/units', 'kernel/ledger', 'market/mechanisms', 'market/privacy'],
  'edge/consensus': ['kernel/ledger'],
  'edge/solver': ['kernel/units', 'market/mechanisms'],
  'edge/api': ['kernel/units'],
  'edge/client': [
    'kernel/units',
    'kernel/ledger',
    'market/mechanisms',
    'market/privacy',
    'market/contracts',
    'edge/api',
  ],
  'edge/node': [
    'kernel/units',
    'kernel/ledger',
    'market/mechanisms',
    'market/privacy',
    'market/contracts',
    'edge/consensus',
    'edge/solver',
    'edge/api',
  ],
  'edge/web': ['kernel/units', 'edge/client'],
  'edge/cli': [
    'kernel/units',
    'kernel/ledger',
    'market/mechanisms',
    'market/privacy',
    'market/contracts',
    'edge/consensus',
    'edge/solver',
    'edge/api',
    'edge/client',
    'edge/node',
    'lab/simulator',
    'lab/experiments',
  ],
  'lab/simulator': [
    'kernel/units',
    'kernel/ledger',
    'market/mechanisms',
    'market/privacy',
    'market/contracts',
    'edge/consensus',
    'edge/solver',
  ],
  'lab/experiments': [
    'kernel/units',
    'kernel/ledger',
    'market/mechanisms',
    'market/privacy',
    'market/contracts',
    'edge/solver',
    'lab/simulator',
  ],
};

/** The contracts in the line they form: a module may know the ones before it, never one after it. */
export const CONTRACT_LINE = [
  'identity',
  'wallet',
  'market',
  'metering',
  'settlement',
  'billing',
  'certificates',
  'bridge',
  'direct-purchase',
  'governance',
];
