/** The markets with their rules, and the founding of another: what it will do is said before it is signed. */

import { actions, marketRules, type RouteAnswer } from '@commonwatt/client';
import { type ReactNode, useState } from 'react';
import { SubmissionNote } from '../account/submission-note.tsx';
import { useSubmission } from '../account/use-submission.ts';
import { faultWords } from '../fault-words.ts';
import { centsPerKilowattHour } from '../figures.ts';
import { useOpen } from '../live.tsx';
import { pathTo } from '../location.ts';
import { Answer, Empty, Panel } from '../parts/panel.tsx';
import { ruleAbout, ruleName, settingName, settingValue } from '../rule-words.ts';
import { en } from '../words/en.ts';
import { MarketFieldError, type MarketText, marketOf } from './market-text.ts';

const words = en.desk.markets;

type Market = RouteAnswer<'marketList'>['markets'][number];

/** Rules with their settings, in the order in which they are registered. */
const RULES = marketRules().filter(({ needsNetwork }) => !needsNetwork);
const WITH_NETWORK = marketRules().filter(({ needsNetwork }) => needsNetwork);
const QUARTER_HOUR_MS = 900_000;

export default function MarketsDesk() {
  const markets = useOpen('marketList', {});
  return (
    <div className="stack">
      <Panel title={en.desk.parts.markets}>
        <Answer of={markets} lines={3}>
          {(answer) =>
            answer.markets.length === 0 ? (
              <Empty>{words.none}</Empty>
            ) : (
              <ul className="rows">
                {answer.markets.map((market) => (
                  <li key={market.market}>
                    <One market={market} />
                  </li>
                ))}
              </ul>
            )
          }
        </Answer>
      </Panel>
      <Panel title={words.found}>
        <Answer of={markets} lines={4}>
          {(answer) => <Founding markets={answer.markets} />}
        </Answer>
      </Panel>
    </div>
  );
}

function One({ market }: { readonly market: Market }) {
  const { name, status, mechanism, settings, priceLeast, priceMost } = market;
  const told = settings.map((one) => `${settingName(one.name)}: ${settingValue(one)}`);
  return (
    <span className="row-line">
      <span className="grow">
        <a href={pathTo.slot(market.market, market.nextSlotMs)}>
          {words.market(market.market, name)}
        </a>
        <small>{[ruleName(mechanism), ...told].join(' · ')}</small>
        <small>
          {words.collar(centsPerKilowattHour(priceLeast), centsPerKilowattHour(priceMost))}
        </small>
      </span>
      <b>{words.status[status]}</b>
    </span>
  );
}

function Founding({ markets }: { readonly markets: readonly Market[] }) {
  const free = 1 + Math.max(0, ...markets.map(({ market }) => market));
  const [text, setText] = useState<MarketText>({
    ...{ number: `${free}`, name: '', mechanism: 'uniform', gateLead: '5', horizonHours: '48' },
    ...{ priceLeast: '0', priceMost: '100', kThousandths: '500', rounds: '10', settings: {} },
  });
  const [isTouched, setTouched] = useState(false);
  const { state, send, isReady } = useSubmission();
  const rule = RULES.find(({ mechanism }) => mechanism === text.mechanism);
  if (rule === undefined) return null;
  const set = (field: Exclude<keyof MarketText, 'settings'>) => (value: string) =>
    setText((before) => ({ ...before, [field]: value }));
  const setSetting = (name: string) => (value: string) =>
    setText((before) => ({ ...before, settings: { ...before.settings, [name]: value } }));
  const read = readText(text, rule, markets[0]?.slotLengthMs ?? QUARTER_HOUR_MS);
  // Nothing is wrong with a form that nobody has begun.
  const isWrong = (field: string) => isTouched && 'field' in read && read.field === field;
  const isFailed = isTouched && 'field' in read;
  const input = (field: Exclude<keyof MarketText, 'settings' | 'mechanism'>) => (
    <Field label={words.fields[field]} isWrong={isWrong(field)}>
      {(invalid) => (
        <input
          {...invalid}
          autoComplete="off"
          value={text[field]}
          onChange={(event) => set(field)(event.target.value)}
        />
      )}
    </Field>
  );
  return (
    <form
      onChange={() => setTouched(true)}
      onSubmit={(event) => {
        event.preventDefault();
        if ('market' in read) void send(() => [actions.defineMarket(read)]);
      }}
    >
      <label className="field">
        {words.fields.mechanism}
        <select
          value={text.mechanism}
          onChange={({ target }) =>
            setText((before) => ({ ...before, mechanism: target.value, settings: {} }))
          }
        >
          {RULES.map(({ mechanism }) => (
            <option key={mechanism} value={mechanism}>
              {words.option(ruleName(mechanism), mechanism)}
            </option>
          ))}
        </select>
      </label>
      <p className="rule-about">{ruleAbout(text.mechanism)}</p>
      {WITH_NETWORK.length > 0 && (
        <p className="quiet note">
          {words.withNetwork(WITH_NETWORK.map(({ mechanism }) => ruleName(mechanism)).join('; '))}
        </p>
      )}
      <div className="fields market-fields">
        {input('number')}
        {input('name')}
        {input('gateLead')}
        {input('horizonHours')}
        {input('priceLeast')}
        {input('priceMost')}
        {rule.hasK && input('kThousandths')}
        {rule.kind === 'negotiated' && input('rounds')}
        {rule.settings.map(({ name, form, choices }) => (
          <Field
            key={name}
            label={words.setting(settingName(name), words.units[unitOf(name, form)])}
            isWrong={isWrong(`settings.${name}`)}
          >
            {(invalid) => (
              <SettingControl
                {...{ name, choices, invalid }}
                value={text.settings[name] ?? ''}
                change={setSetting(name)}
              />
            )}
          </Field>
        ))}
      </div>
      <p className={isFailed ? 'preview failed' : 'preview'} aria-live="polite">
        {'market' in read ? words.preview(read.name, ruleName(read.mechanism)) : read.words}
      </p>
      <button
        type="submit"
        className="primary"
        disabled={!isReady || !('market' in read) || state.name === 'sending'}
      >
        {words.send}
      </button>
      <SubmissionNote state={state} />
    </form>
  );
}

function readText(...of: Parameters<typeof marketOf>) {
  try {
    return marketOf(...of);
  } catch (fault) {
    if (!(fault instanceof MarketFieldError)) return { field: '', words: faultWords(fault) };
    const { field, expected } = fault;
    return { field, words: words.wrong(fieldWords(field), expected) };
  }
}

function fieldWords(field: string): string {
  const known: Readonly<Record<string, string>> = words.fields;
  return field.startsWith('settings.') ? settingName(field.slice(9)) : (known[field] ?? field);
}

function unitOf(name: string, form: string): keyof typeof words.units {
  if (form === 'price') return 'price';
  return name === 'gate' ? 'gate' : 'none';
}

function SettingControl(props: {
  readonly name: string;
  readonly choices: readonly string[];
  readonly invalid: Invalid;
  readonly value: string;
  readonly change: (value: string) => void;
}) {
  const { name, choices, invalid, value, change } = props;
  if (choices.length === 0) {
    return (
      <input
        {...invalid}
        autoComplete="off"
        value={value}
        onChange={(event) => change(event.target.value)}
      />
    );
  }
  return (
    <select {...invalid} value={value} onChange={(event) => change(event.target.value)}>
      <option value="">{words.usual}</option>
      {choices.map((choice) => (
        <option key={choice} value={choice}>
          {settingValue({ name, value: choice })}
        </option>
      ))}
    </select>
  );
}

interface Invalid {
  readonly 'aria-invalid'?: true;
}

function Field(props: {
  readonly label: string;
  readonly isWrong: boolean;
  readonly children: (invalid: Invalid) => ReactNode;
}) {
  return (
    // biome-ignore lint/a11y/noLabelWithoutControl: the control is the child
    <label className="field">
      {props.label}
      {props.children(props.isWrong ? { 'aria-invalid': true } : {})}
    </label>
  );
}
