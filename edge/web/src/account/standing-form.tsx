/** Places a standing order. What it will do is said before anything is signed. */

import { actions } from '@commonwatt/client';
import { formatEnergy, formatPrice } from '@commonwatt/units';
import { type ReactNode, useState } from 'react';
import { faultWords } from '../fault-words.ts';
import { centsPerKilowattHour, kilowattHours, moneyText } from '../figures.ts';
import { useOpen } from '../live.tsx';
import { useStreetMarket } from '../market-clock.tsx';
import { orderWords } from '../rule-words.ts';
import { en } from '../words/en.ts';
import {
  midwayPrice,
  moneyOfDay,
  powerOverSlot,
  readTerms,
  type StandingTerms,
  standingMessage,
  type TypedTerms,
} from './standing-terms.ts';
import { SubmissionNote } from './submission-note.tsx';
import { useSubmission } from './use-submission.ts';

interface Form {
  readonly roles: readonly string[];
  readonly currency: string;
  readonly close: () => void;
}

export function StandingForm(props: Form) {
  const community = useOpen('communityTotals', {});
  const { market } = useStreetMarket();
  if (community.data === undefined || market === undefined) return null;
  const { feedInPrice, supplierPrice } = community.data;
  const limit = formatPrice(midwayPrice(feedInPrice, supplierPrice), 'ct/kWh');
  const energy = formatEnergy(powerOverSlot(market.slotLengthMs), 'kWh');
  const side = props.roles.includes('consumer') ? 'buy' : 'sell';
  return <Fields {...props} market={market} first={{ side, limit, energy, days: '30' }} />;
}

type Market = NonNullable<ReturnType<typeof useStreetMarket>['market']>;

function Fields(props: Form & { readonly market: Market; readonly first: TypedTerms }) {
  const { roles, currency, market, close } = props;
  const [typed, setTyped] = useState(props.first);
  const { state, send, isReady } = useSubmission();
  const terms = readTyped(typed);
  const set = (field: keyof TypedTerms) => (value: string) =>
    setTyped((before) => ({ ...before, [field]: value }));
  const sides = [
    ...(roles.includes('consumer') ? [['buy', en.me.buy] as const] : []),
    ...(roles.includes('producer') ? [['sell', en.me.sell] as const] : []),
  ];
  return (
    <form
      className="order"
      onSubmit={(event) => {
        event.preventDefault();
        if ('limit' in terms)
          void send(() => [actions.standingOrder(standingMessage(terms, market))]);
      }}
    >
      <Field label={en.me.side}>
        <select value={typed.side} onChange={(event) => set('side')(event.target.value)}>
          {sides.map(([side, words]) => (
            <option key={side} value={side}>
              {words}
            </option>
          ))}
        </select>
      </Field>
      <NumberField label={en.me.energy} value={typed.energy} change={set('energy')} />
      <NumberField
        label={typed.side === 'buy' ? en.me.limitBuy : en.me.limitSell}
        value={typed.limit}
        change={set('limit')}
      />
      <NumberField label={en.me.days} value={typed.days} change={set('days')} />
      <p className={'limit' in terms ? 'preview' : 'preview failed'} aria-live="polite">
        {'limit' in terms ? previewOf(terms, market.slotLengthMs, currency) : terms.fault}
      </p>
      {orderWords(market.mechanism) !== undefined && (
        <p className="quiet wide rule-order">{orderWords(market.mechanism)}</p>
      )}
      <div className="row wide">
        <button
          type="submit"
          className="primary"
          disabled={!isReady || !('limit' in terms) || state.name === 'sending'}
        >
          {en.me.submit}
        </button>
        <button type="button" onClick={close}>
          {en.me.close}
        </button>
      </div>
      <div className="wide">
        <SubmissionNote state={state} />
      </div>
    </form>
  );
}

function readTyped(typed: TypedTerms): StandingTerms | { readonly fault: string } {
  try {
    return readTerms(typed);
  } catch (fault) {
    return { fault: faultWords(fault) };
  }
}

export function previewOf(terms: StandingTerms, slotLengthMs: number, currency: string): string {
  const facts = {
    energy: kilowattHours(terms.energy, 3),
    limit: centsPerKilowattHour(terms.limit, 2),
    days: terms.days,
    moneyOfDay: moneyText(moneyOfDay(terms, slotLengthMs), currency),
  };
  return terms.side === 'buy' ? en.me.previewBuy(facts) : en.me.previewSell(facts);
}

function Field({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/noLabelWithoutControl: the control is the child
    <label>
      {label}
      {children}
    </label>
  );
}

function NumberField(props: {
  readonly label: string;
  readonly value: string;
  readonly change: (value: string) => void;
}) {
  return (
    <Field label={props.label}>
      <input
        inputMode="decimal"
        autoComplete="off"
        value={props.value}
        onChange={(event) => props.change(event.target.value)}
      />
    </Field>
  );
}
