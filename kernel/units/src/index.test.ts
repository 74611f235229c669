import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { expect, test } from 'vitest';
import * as units from './index.ts';

test('the public surface of units', () => {
  expect(Object.keys(units).sort()).toMatchInlineSnapshot(`
    [
      "DURATION_SECONDS_MAX",
      "ENERGY_WH_MAX",
      "INSTANT_MS_MAX",
      "INSTANT_MS_MIN",
      "MARKET_SLOT_LENGTHS_MS",
      "MONEY_MAX",
      "NO_CARRY",
      "PER_UNIT_MAX",
      "POWER_W_MAX",
      "PRICE_MAX",
      "QUARTER_HOUR_MS",
      "QuantityTextError",
      "SPLIT_PARTS_MAX",
      "addEnergy",
      "addMoney",
      "compareSlots",
      "cost",
      "divideDown",
      "divideHalfEven",
      "divideUp",
      "energy",
      "energyCarry",
      "energyOver",
      "formatEnergy",
      "formatInstant",
      "formatMoney",
      "formatPrice",
      "formatRounded",
      "greater",
      "lesser",
      "meanPower",
      "meanPowerToEnergy",
      "money",
      "negateMoney",
      "nextSlot",
      "parseEnergy",
      "parseInstant",
      "parseMeanPower",
      "parseMoney",
      "parsePerUnitPower",
      "parsePrice",
      "parseSlotId",
      "power",
      "price",
      "slot",
      "slotContaining",
      "slotEndMs",
      "slotId",
      "slotSeconds",
      "splitByLargestRemainder",
      "subtractEnergy",
      "subtractMoney",
    ]
  `);
});

/** Each line must be refused by the compiler; the lines before them must not be. */
const allowed = `
import * as u from './index.ts';
const energy = u.energy(1n), power = u.power(1n), money = u.money(1n), price = u.price(1n);
const mean = u.meanPower(power);
export const fine = [
  u.cost(energy, price), u.energyOver(power, 900), u.meanPowerToEnergy(mean, 900, u.NO_CARRY),
  u.formatRounded(money, 'currency', 2), u.formatRounded(price, 'ct/kWh', 2), energy < energy,
];
`;
const refused = [
  'u.cost(price, energy);',
  'u.cost(power, price);',
  'u.cost(1n, price);',
  'u.addEnergy(energy, money);',
  'u.addMoney(money, price);',
  'u.negateMoney(energy);',
  'u.energy(1);',
  'u.energyOver(energy, 900);',
  'u.energyOver(mean, 900);',
  'u.energyOver(power, 900n);',
  'u.meanPowerToEnergy(power, 900, u.NO_CARRY);',
  'u.meanPowerToEnergy(mean, 900, mean);',
  'u.formatEnergy(money, "kWh");',
  'u.formatEnergy(energy, "ct/kWh");',
  'u.formatMoney(energy);',
  'u.formatPrice(price, "kWh");',
  'u.formatRounded(energy, "currency", 2);',
  'u.formatRounded(price, "kWh", 2);',
  'u.parseEnergy("1", "kW");',
  'u.parsePrice("1", "EUR");',
  'const a: u.Energy = u.parseMoney("1");',
  'const b: u.Money = u.parsePrice("1", "ct/kWh");',
  'const c: u.Energy = 1n;',
];

test('T36: one unit does not compile where another is expected', () => {
  const path = fileURLToPath(new URL('./units-in-the-wrong-place.ts', import.meta.url));
  const text = `${allowed}${refused.join('\n')}\n`;
  const options: ts.CompilerOptions = {
    target: ts.ScriptTarget.ES2023,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    lib: ['lib.es2023.d.ts'],
    types: [],
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    allowImportingTsExtensions: true,
  };
  const host = ts.createCompilerHost(options);
  const { getSourceFile, fileExists } = host;
  host.fileExists = (name) => name === path || fileExists(name);
  host.getSourceFile = (name, version, ...rest) =>
    name === path
      ? ts.createSourceFile(name, text, version)
      : getSourceFile(name, version, ...rest);
  const program = ts.createProgram([path], options, host);
  const wrongLines = new Set<number>();
  for (const { file, start } of ts.getPreEmitDiagnostics(program)) {
    expect(file?.fileName).toBe(path);
    wrongLines.add(ts.getLineAndCharacterOfPosition(file as ts.SourceFile, start ?? 0).line);
  }
  const first = allowed.split('\n').length - 1;
  expect([...wrongLines].sort((a, b) => a - b)).toEqual(refused.map((_, at) => first + at));
}, 60_000);
