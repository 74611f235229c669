import ts from 'typescript';

/**
 * What may not stand above the line, where the same bytes in must give the same bytes out on every host,
 * and what to use instead. Names are looked for in the syntax tree, so that comments and strings may speak
 * of them.
 */

/** How the complaint about something asynchronous begins. */
export const WAITS = 'something waits';

/** @type {Readonly<Record<string, string>>} */
const BANNED_NAMES = {
  AbortController: 'a plain argument; nothing above the line waits',
  Atomics: 'a plain value; nothing above the line is shared between threads',
  Buffer: 'Uint8Array and the bytes of kernel/ledger',
  Date: 'the block time, passed in as an argument',
  FinalizationRegistry: 'a plain value; when memory is freed differs from host to host',
  Intl: 'the text forms of kernel/units',
  SharedArrayBuffer: 'a plain value; nothing above the line is shared between threads',
  TextDecoder: 'the text functions of kernel/ledger',
  TextEncoder: 'the text functions of kernel/ledger',
  WeakRef: 'a plain value; when memory is freed differs from host to host',
  console: 'a returned fact; a room of the edge prints it',
  crypto: 'the Crypto port, passed in as an argument',
  eval: 'a function',
  fetch: 'a world port',
  globalThis: 'an argument',
  parseFloat: 'the text forms of kernel/units',
  performance: 'the Clock port',
  process: 'an argument',
  queueMicrotask: 'a plain call; everything above the line is synchronous',
  setImmediate: 'heights and block times',
  setInterval: 'heights and block times',
  setTimeout: 'heights and block times',
};

/** @type {Readonly<Record<string, string>>} */
const BANNED_MEMBERS = {
  localeCompare: 'a comparison of code units or bytes',
  normalize: 'ASCII identifiers; Unicode tables differ between Node versions',
  parseFloat: 'the text forms of kernel/units',
  stack: 'the facts of the error; stacks differ from host to host',
  toExponential: 'the text forms of kernel/units',
  toFixed: 'the text forms of kernel/units',
  toLocaleLowerCase: 'a comparison of bytes',
  toLocaleString: 'the text forms of kernel/units',
  toLocaleUpperCase: 'a comparison of bytes',
  toPrecision: 'the text forms of kernel/units',
};

/** The parts of Math that are exact on every host. */
const EXACT_MATH = new Set([
  'abs',
  'ceil',
  'clz32',
  'floor',
  'imul',
  'max',
  'min',
  'sign',
  'trunc',
]);

/**
 * @param {string} path only for the messages
 * @param {string} text
 * @returns {string[]} one sentence for each thing found
 */
export function impurities(path, text) {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.ES2023, true);
  const declared = declaredNames(file);
  /** @type {string[]} */
  const found = [];
  /** @param {import('typescript').Node} node */
  const visit = (node) => {
    const complaint = complaintAbout(node, declared);
    if (complaint !== undefined) {
      const { line } = file.getLineAndCharacterOfPosition(node.getStart(file));
      found.push(`${path}:${line + 1}: ${complaint}`);
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

/**
 * The names that a file gives itself, such as a parameter `crypto` that is the port. They count for the
 * whole file; the type check above the line, which knows no host at all, tells scopes apart.
 *
 * @param {import('typescript').SourceFile} file
 */
function declaredNames(file) {
  /** @type {Set<string>} */
  const names = new Set();
  /** @param {import('typescript').Node} node */
  const visit = (node) => {
    const declares =
      ts.isParameter(node) ||
      ts.isVariableDeclaration(node) ||
      ts.isBindingElement(node) ||
      ts.isFunctionDeclaration(node) ||
      ts.isImportSpecifier(node);
    if (declares && node.name !== undefined && ts.isIdentifier(node.name))
      names.add(node.name.text);
    ts.forEachChild(node, visit);
  };
  visit(file);
  return names;
}

/**
 * @param {import('typescript').Node} node
 * @param {ReadonlySet<string>} declared
 * @returns {string | undefined}
 */
function complaintAbout(node, declared) {
  if (ts.isIdentifier(node)) return complaintAboutName(node, declared);
  if (ts.isNumericLiteral(node) && /[.]|e-/i.test(node.getText()) && !/^0x/i.test(node.getText())) {
    return `${node.getText()} is a float; use a whole number in the smallest unit`;
  }
  if (node.kind === ts.SyntaxKind.AsyncKeyword || ts.isAwaitExpression(node)) {
    return `${WAITS}; use a synchronous function, what must wait belongs to the edge`;
  }
  if (ts.isRegularExpressionLiteral(node) && /\\p\{/i.test(node.text)) {
    return 'a Unicode property; use ASCII ranges, Unicode tables differ between Node versions';
  }
  return undefined;
}

/**
 * @param {import('typescript').Identifier} node
 * @param {ReadonlySet<string>} declared
 * @returns {string | undefined}
 */
function complaintAboutName(node, declared) {
  const name = node.text;
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent) && parent.name === node) {
    if (ts.isIdentifier(parent.expression) && parent.expression.text === 'Math') {
      if (name === 'random')
        return 'Math.random; use the seeded generator, passed in as an argument';
      if (!EXACT_MATH.has(name))
        return `Math.${name}; use whole numbers, hosts may differ in floats`;
    }
    const instead = own(BANNED_MEMBERS, name);
    return instead === undefined ? undefined : `.${name}; use ${instead}`;
  }
  if (isOnlyALabel(node) || declared.has(name)) return undefined;
  const instead = own(BANNED_NAMES, name);
  return instead === undefined ? undefined : `${name}; use ${instead}`;
}

/**
 * A parameter, a property or a declaration of that name is not the host's.
 *
 * @param {import('typescript').Identifier} node
 */
function isOnlyALabel(node) {
  const { parent } = node;
  return 'name' in parent && parent.name === node && !ts.isShorthandPropertyAssignment(parent);
}

/** @param {Readonly<Record<string, string>>} table @param {string} name */
function own(table, name) {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}
