/**
 * The actions that can be put to the vote: those that need an authority. They come from every
 * module, so whoever assembles the rules hands them in.
 */

import type { AnyActionType } from '@commonwatt/ledger';
import type { AnyAuthorisedAction } from '../authority.ts';

function isAuthorised(action: AnyActionType): action is AnyAuthorisedAction {
  return 'authority' in action && 'carryOut' in action;
}

export class VotableActions {
  readonly #byType = new Map<number, AnyAuthorisedAction>();

  /** Takes what can be voted on out of all actions. @throws Error when a type means two things. */
  fill(actions: ReadonlyMap<number, AnyActionType>): void {
    for (const action of actions.values()) {
      if (!isAuthorised(action)) continue;
      const known = this.#byType.get(action.type);
      if (known !== undefined && known !== action) {
        throw new Error(`votable action ${action.type} is defined twice`);
      }
      this.#byType.set(action.type, action);
    }
  }

  get(type: number): AnyAuthorisedAction | undefined {
    return this.#byType.get(type);
  }

  /** Every votable type, rising. */
  types(): readonly number[] {
    return [...this.#byType.keys()].sort((a, b) => a - b);
  }
}

export const votableActions = new VotableActions();
