import { CONTRACT_LINE, WALLS } from './tools/walls.js';

const ANY_ROOM = '^(?:kernel|market|edge|lab)/[^/]+/';
const ABOVE_THE_LINE = '^(?:kernel|market)/';
const TEST_FILE = '\\.test\\.tsx?$';
const TEST = '(?:\\.test\\.tsx?$|\\.test-support\\.ts$|/testing/)';

/**
 * One wall per room: whatever other room it reaches must be in its list.
 *
 * @type {import('dependency-cruiser').IForbiddenRuleType[]}
 */
const walls = Object.entries(WALLS).map(([room, allowed]) => ({
  name: `wall-of-${room.replace('/', '-')}`,
  comment: `${room} may import ${allowed.length === 0 ? 'no other room' : allowed.join(', ')}.`,
  severity: 'error',
  from: { path: `^${room}/` },
  to: { path: ANY_ROOM, pathNot: [room, ...allowed].map((folder) => `^${folder}/`) },
}));

/**
 * Contracts form a line; a module does not know the ones after it.
 *
 * @type {import('dependency-cruiser').IForbiddenRuleType[]}
 */
const line = CONTRACT_LINE.slice(0, -1).map((module, index) => ({
  name: `contract-line-after-${module}`,
  comment: `${module} stands before the modules it names; let them ask it, through a small interface.`,
  severity: 'error',
  from: { path: `^market/contracts/src/${module}/`, pathNot: TEST },
  to: { path: `^market/contracts/src/(?:${CONTRACT_LINE.slice(index + 1).join('|')})/` },
}));

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    ...walls,
    ...line,
    {
      name: 'no-cycle',
      comment:
        'Two files that need each other are one idea, or the shared part wants its own file.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-deep-import',
      comment: 'Another room is reached by its name, through what its package.json exports.',
      severity: 'error',
      from: { path: '^((?:kernel|market|edge|lab)/[^/]+)/' },
      to: { path: ANY_ROOM, pathNot: '^$1/', dependencyTypes: ['local'] },
    },
    {
      name: 'nothing-of-the-host-above-the-line',
      comment: 'Above the line there is no node: module and no package; use a world port.',
      severity: 'error',
      from: { path: ABOVE_THE_LINE, pathNot: TEST },
      to: { pathNot: '^(?:kernel|market)/', couldNotResolve: false },
    },
    {
      name: 'tests-above-the-line-stay-small',
      comment:
        'A test above the line may use node:, vitest, fast-check, typescript and highs (the oracle of optima), and nothing else.',
      severity: 'error',
      from: { path: `${ABOVE_THE_LINE}.*${TEST}` },
      to: {
        dependencyTypesNot: ['core'],
        pathNot: ['^(?:kernel|market)/', '^node_modules/(?:vitest|fast-check|typescript|highs)/'],
      },
    },
    {
      name: 'no-import-of-tests',
      comment: 'A test is not a library, and what only tests need stays with them.',
      severity: 'error',
      from: { pathNot: TEST },
      to: { path: TEST },
    },
    {
      name: 'no-import-of-test-files',
      comment: 'Tests that share something keep it in a folder called testing.',
      severity: 'error',
      from: {},
      to: { path: TEST_FILE },
    },
    {
      name: 'resolvable',
      comment: 'The import leads nowhere, or into a room past its exports.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(?:^|/)dist/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
      extensions: ['.ts', '.tsx', '.js', '.mjs', '.cjs', '.json', '.d.ts'],
    },
  },
};
