/** What a member has let others do, and what waits for an officer's voice. */

import type { RouteAnswer } from '@commonwatt/client';
import { energy, formatEnergy, formatInstant, formatMoney, money } from '@commonwatt/units';
import { STATUS, type Status } from '../../terminal/status.ts';
import { formatTable } from '../../terminal/table.ts';
import { print, printJson, type Terminal } from '../../terminal/terminal.ts';
import { answered, openSession, type SessionOptions } from './session.ts';

/** Nobody reads an instant to the millisecond. */
const instant = (ms: number): string => formatInstant(ms - (ms % 1000));

export function showAccess(terminal: Terminal, options: SessionOptions): Promise<Status> {
  return answered(terminal, async () => {
    const { client, json } = await openSession(terminal, options);
    const me = await client.ownMember();
    const access = await client.ownAccess();
    if (json) {
      printJson(terminal, { ...me, ...access });
      return STATUS.done;
    }
    const { member, kind, roles, status, importLimitW, exportLimitW, recovery } = me;
    print(terminal, `member ${member}, ${kind}, ${roles.join(' + ')}, ${status}`);
    print(terminal, `connection takes ${importLimitW} W and gives ${exportLimitW} W`);
    if (recovery !== null) {
      print(
        terminal,
        `ATTENTION: a registrar is giving your membership the key ${recovery.newKey}`,
      );
      print(terminal, `from ${instant(recovery.effectiveMs)} on. If you did not ask for it:`);
      print(terminal, `  commonwatt act cancelRecovery --message '{"member":${member}}'`);
    }
    printAccess(terminal, access);
    return STATUS.done;
  });
}

function printAccess(terminal: Terminal, access: RouteAnswer<'ownAccess'>): void {
  const { keys, mandatesGiven, mandatesHeld, readingGrants, meters } = access;
  section(terminal, 'keys', ['key', 'state', 'lane: next number'], () =>
    keys.map(({ key, ended, lanes }) => [
      key,
      ended ? 'ended' : 'present',
      lanes.map(({ lane, next }) => `${lane}: ${next}`).join(', '),
    ]),
  );
  const mandates = (held: typeof mandatesGiven) =>
    held.map(({ member, delegate, delegateKey, actions, untilMs }) => [
      `${member}`,
      delegate === null ? delegateKey : `${delegate}`,
      actions.join(', '),
      instant(untilMs),
    ]);
  const columns = ['for member', 'delegate', 'may', 'until'];
  section(terminal, 'mandates given', columns, () => mandates(mandatesGiven));
  section(terminal, 'mandates held', columns, () => mandates(mandatesHeld));
  section(terminal, 'who may read', ['key', 'what', 'until'], () =>
    readingGrants.map(({ key, scopes, untilMs }) => [key, scopes.join(', '), instant(untilMs)]),
  );
  section(terminal, 'meters', ['meter', 'source', 'key', 'counts', 'renewable', 'state'], () =>
    meters.map(({ meter, source, key, direction, renewable, status }) => [
      `${meter}`,
      source,
      key,
      direction,
      renewable ? 'yes' : 'no',
      status,
    ]),
  );
}

/** A table under its name, or one line that says there is nothing. */
function section(
  terminal: Terminal,
  name: string,
  headings: readonly string[],
  rowsOf: () => readonly (readonly string[])[],
): void {
  const rows = rowsOf();
  print(terminal, rows.length === 0 ? `${name}: none` : `${name}:`);
  if (rows.length === 0) return;
  print(
    terminal,
    formatTable(
      headings.map((heading) => ({ heading })),
      rows,
    ),
  );
}

export function showDecisions(terminal: Terminal, options: SessionOptions): Promise<Status> {
  return answered(terminal, async () => {
    const { client, json } = await openSession(terminal, options);
    const decisions = await client.openDecisions();
    if (json) printJson(terminal, decisions);
    else printDecisions(terminal, decisions);
    return STATUS.done;
  });
}

function printDecisions(terminal: Terminal, decisions: RouteAnswer<'openDecisions'>): void {
  const { proposals, recoveries, withdrawals, runs, disputes, held, community } = decisions;
  print(terminal, proposals.length === 0 ? 'proposals: none' : 'proposals:');
  for (const one of proposals) {
    const voices = `${one.approvedBy.length} of ${one.needed} ${one.authority}s`;
    print(terminal, `${one.proposal}  ${one.action}, ${voices}, until ${instant(one.expiresMs)}`);
    print(terminal, `  by ${one.approvedBy.join(', ')}: ${JSON.stringify(one.message)}`);
  }
  section(terminal, 'recoveries', ['member', 'new key', 'from'], () =>
    recoveries.map(({ member, newKey, effectiveMs }) => [
      `${member}`,
      newKey,
      instant(effectiveMs),
    ]),
  );
  section(terminal, 'payouts asked for', ['member', 'amount'], () =>
    withdrawals.map(({ member, amount }) => [`${member}`, moneyOf(amount)]),
  );
  section(terminal, 'runs', ['from', 'until', 'run', 'delivered kWh', 'of kWh', 'signed by'], () =>
    runs.map((one) => [
      instant(one.periodFromMs),
      instant(one.periodUntilMs),
      one.runHash,
      formatEnergy(energy(BigInt(one.delivered)), 'kWh'),
      formatEnergy(energy(BigInt(one.traded)), 'kWh'),
      `${one.approvedBy.join(', ')} (${one.approvedBy.length} of ${one.needed})`,
    ]),
  );
  section(terminal, 'disputes', ['period', 'member', 'run', 'reason'], () =>
    disputes.map(({ periodFromMs, member, runHash, reason }) => [
      instant(periodFromMs),
      `${member}`,
      runHash,
      reason,
    ]),
  );
  section(terminal, 'held back', ['period', 'trade', 'payer', 'payee', 'amount', 'until'], () =>
    held.map((one) => [
      instant(one.periodFromMs),
      one.trade,
      `${one.payer}`,
      `${one.payee}`,
      moneyOf(one.amount),
      instant(one.untilMs),
    ]),
  );
  section(terminal, 'community accounts', ['account', 'balance', 'correctable', 'payable'], () =>
    community.map((one) => [
      one.account,
      moneyOf(one.balance),
      moneyOf(one.correctable),
      moneyOf(one.payable),
    ]),
  );
}

function moneyOf(nano: string): string {
  return formatMoney(money(BigInt(nano)));
}
