/** The proposed profile with its reasons and doubts, and every field of it open to change. */

import type { ImportProfile, Proposal } from '@commonwatt/client/import';
import { en } from '../words/en.ts';
import { fieldIn, hasPlaceFor, type ProfileField, withField } from './profile-text.ts';

const words = en.desk.import;

export function ProfileForm(props: {
  readonly proposal: Proposal;
  readonly text: string;
  /** As it is read now; nothing while it cannot be read. */
  readonly profile: ImportProfile | undefined;
  readonly change: (text: string) => void;
}) {
  const { proposal, text, change } = props;
  const profile = props.profile ?? proposal.profile;
  const set = (field: ProfileField) => (value: string) => change(withField(text, field, value));
  const has = (field: ProfileField) => hasPlaceFor(text, field);
  const { time } = profile;
  return (
    <>
      <p>
        <b>{words.proposed(proposal.profile.title)}</b>
      </p>
      <h3>{words.reasons}</h3>
      <ul className="sentences">
        {proposal.reasons.map((reason) => (
          <li key={reason}>{reason}</li>
        ))}
      </ul>
      <h3>{words.doubts}</h3>
      {proposal.doubts.length === 0 && <p className="quiet">{words.noDoubts}</p>}
      {proposal.doubts.map((doubt) => (
        <p className="attention" key={doubt}>
          {doubt}
        </p>
      ))}
      <div className="fields">
        <TextField name="zone" value={time.zone} enabled={has('zone')} set={set('zone')} />
        {time.format.pattern === 'HH:mm' &&
          (['firstDay', 'lastDay'] as const).map((name) => (
            <label key={name} className="field">
              {words.fields[name]}
              <input
                type="date"
                value={fieldIn(text, name) ?? ''}
                onChange={({ target }) => target.value !== '' && set(name)(target.value)}
              />
            </label>
          ))}
        <Choice
          name="label"
          value={time.label}
          of={[
            ['start', words.labels.start],
            ['end', words.labels.end],
          ]}
          set={set('label')}
        />
        <Choice
          name="intervalMinutes"
          value={`${time.intervalMinutes}`}
          of={['1', '5', '10', '15', '30', '60'].map((one) => [one, one])}
          set={set('intervalMinutes')}
        />
        <Choice
          name="decimalSign"
          value={profile.decimals.decimalSign ?? '.'}
          of={[
            ['.', '1.5'],
            [',', '1,5'],
          ]}
          set={set('decimalSign')}
        />
        <Choice
          name="delimiter"
          value={profile.delimiter}
          of={[
            [',', ','],
            [';', ';'],
            ['\t', 'tab'],
            ['|', '|'],
          ]}
          set={set('delimiter')}
        />
      </div>
      <details>
        <summary>{words.text}</summary>
        <textarea
          aria-label={words.text}
          rows={18}
          spellCheck={false}
          value={text}
          onChange={(event) => change(event.target.value)}
        />
      </details>
      {text !== proposal.text && (
        <button type="button" onClick={() => change(proposal.text)}>
          {words.undo}
        </button>
      )}
    </>
  );
}

/** Takes its value when it is left, so that a half-typed zone is not read. */
function TextField(props: {
  readonly name: ProfileField;
  readonly value: string;
  readonly enabled: boolean;
  readonly set: (value: string) => void;
}) {
  const { name, value, enabled, set } = props;
  return (
    <label className="field">
      {words.fields[name]}
      <input
        key={value}
        defaultValue={value}
        disabled={!enabled}
        onBlur={(event) => {
          const typed = event.target.value.trim();
          if (typed !== '' && typed !== value) set(typed);
        }}
        onKeyDown={(event) => event.key === 'Enter' && event.currentTarget.blur()}
      />
    </label>
  );
}

function Choice(props: {
  readonly name: ProfileField;
  readonly value: string;
  readonly of: readonly (readonly [value: string, words: string])[];
  readonly set: (value: string) => void;
}) {
  const { name, value, of, set } = props;
  return (
    <label className="field">
      {words.fields[name]}
      <select value={value} onChange={(event) => set(event.target.value)}>
        {of.some(([one]) => one === value) || <option value={value}>{value}</option>}
        {of.map(([one, shown]) => (
          <option key={one} value={one}>
            {shown}
          </option>
        ))}
      </select>
    </label>
  );
}
