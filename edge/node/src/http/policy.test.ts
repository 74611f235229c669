import { type Access, type RoleName, SCOPE_NAMES, type ScopeName } from '@commonwatt/api';
import { describe, expect, test } from 'vitest';
import { decide, type Requester, type Target } from './policy.ts';

const key = new Uint8Array(32);
const who = (member: number | undefined, ...roles: RoleName[]): Requester => ({
  key,
  member,
  roles: new Set(roles),
});
const row = (...parties: number[]): Target => ({ kind: 'row', parties });
const nothing: Target = { kind: 'nothing' };
const own: Access = { kind: 'own', scope: 'balance' };
const parties: Access = { kind: 'parties', scope: 'orders' };

function verdict(
  access: Access,
  requester: Requester | undefined,
  target: Target,
  options: { method?: 'GET' | 'POST'; granted?: [number, ScopeName][] } = {},
) {
  const { method = 'GET', granted = [] } = options;
  return decide({
    route: { method, access },
    requester,
    target,
    isGranted: (member, scope) => granted.some(([m, s]) => m === member && s === scope),
  });
}

describe('the policy', () => {
  test('lets nobody in who is not named by a rule', () => {
    for (const access of [own, parties, { kind: 'member' }, { kind: 'role', roles: [] }] as const) {
      for (const target of [nothing, row(), { kind: 'member', member: 2 } as const]) {
        expect(verdict(access, undefined, target)).toBe('unauthenticated');
        expect(verdict(access, who(undefined), target)).toBe('forbidden');
      }
    }
    expect(verdict(own, who(2), nothing)).toBe('forbidden');
    expect(verdict(parties, who(2), row())).toBe('forbidden');
    expect(verdict({ kind: 'role', roles: [] }, who(1, 'registrar'), nothing)).toBe('forbidden');
  });

  test('gives rows to their members, and to no member of another number', () => {
    expect(verdict(own, who(2), { kind: 'member', member: 2 })).toBe('allow');
    expect(verdict(own, who(2), { kind: 'member', member: 22 })).toBe('forbidden');
    expect(verdict(parties, who(3), row(2, 3))).toBe('allow');
    expect(verdict(parties, who(4), row(2, 3))).toBe('forbidden');
  });

  test('honours a grant in its scope alone', () => {
    const granted: [number, ScopeName][] = [[2, 'orders']];
    expect(verdict(parties, who(undefined), row(2, 3), { granted })).toBe('allow');
    expect(verdict(own, who(9), { kind: 'member', member: 2 }, { granted })).toBe('forbidden');
    expect(verdict(parties, who(9), row(3), { granted })).toBe('forbidden');
  });

  test('wants every scope for what shows something of everything', () => {
    const every: Access = { kind: 'own', scope: 'every' };
    const all = SCOPE_NAMES.map((scope): [number, ScopeName] => [2, scope]);
    const target: Target = { kind: 'member', member: 2 };
    expect(verdict(every, who(9), target, { granted: all })).toBe('allow');
    for (const left of SCOPE_NAMES) {
      const granted = all.filter(([, scope]) => scope !== left);
      expect(verdict(every, who(9), target, { granted })).toBe('forbidden');
    }
  });

  test('lets auditors and granted keys read and nothing else', () => {
    const granted: [number, ScopeName][] = [[2, 'orders']];
    expect(verdict(parties, who(4, 'auditor'), row(2))).toBe('allow');
    expect(verdict(parties, who(4, 'auditor'), row(2), { method: 'POST' })).toBe('forbidden');
    expect(verdict(parties, who(9), row(2), { method: 'POST', granted })).toBe('forbidden');
    expect(verdict(parties, who(2), row(2), { method: 'POST' })).toBe('allow');
  });

  test('gives an office its routes by role', () => {
    const access: Access = { kind: 'role', roles: ['registrar', 'operator'] };
    expect(verdict(access, who(1, 'operator'), nothing)).toBe('allow');
    expect(verdict(access, who(1, 'treasurer', 'auditor'), nothing)).toBe('forbidden');
  });
});
