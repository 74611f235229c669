import { expect, test } from 'vitest';
import { buildStreet, exchangeWhAt } from '../households/street.ts';
import { correctionFor, dayHabits } from './street-agent.ts';

const street = buildStreet({ seed: 7 });
const START = 16;

test('habits have an energy for each quarter hour of the day, on sides with a limit price', () => {
  for (const member of street.members) {
    const habits = dayHabits(street, member, START);
    for (const { side, energies } of habits) {
      expect(energies).toHaveLength(96);
      expect(member.limits[side], `${member.label} ${side}`).toBeDefined();
      expect(energies.every((one) => one >= 0n)).toBe(true);
    }
  }
  const solar = street.members.find((one) => one.kind === 'solar system');
  expect(solar && dayHabits(street, solar, START).map((one) => one.side)).toEqual(['sell']);
});

test('habit and correction together cover the need but for what goes unnoticed', () => {
  for (const member of street.members) {
    const habits = new Map(dayHabits(street, member, START).map((one) => [one.side, one.energies]));
    for (let index = START; index < START + 96; index++) {
      const ofDay = (street.slotAt(index).startMs / 900_000) % 96;
      const { demandWh, surplusWh } = exchangeWhAt(member, index);
      const correction = correctionFor(street, member, index);
      for (const [side, need] of [
        ['buy', demandWh],
        ['sell', surplusWh],
      ] as const) {
        if (member.limits[side] === undefined) continue;
        const habit = habits.get(side)?.[ofDay] ?? 0n;
        const more = correction?.side === side ? correction.energy : 0n;
        expect(habit + more).toBeGreaterThan(need - 20n);
        if (more > 0n) expect(habit + more).toBe(need);
      }
    }
  }
});

test('nothing ordered exceeds the connection', () => {
  for (const member of street.members) {
    const carriedWh = member.connectionPowerW / 4n;
    for (const { energies } of dayHabits(street, member, 0)) {
      for (const one of energies) expect(one <= carriedWh, member.label).toBe(true);
    }
  }
});
