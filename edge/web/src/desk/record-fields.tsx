/** The fields of a billing record, those that belong together beside each other. */

import { en } from '../words/en.ts';
import { type RecordText, TAX_STATUSES } from './record-text.ts';

const words = en.desk.records;

interface Shape {
  readonly field: keyof RecordText;
  readonly maxLength: number;
  readonly autoCapitalize?: 'characters';
  /** What the browser lets pass. */
  readonly pattern?: string;
}

const WHO: readonly Shape[] = [
  { field: 'name', maxLength: 200 },
  { field: 'street', maxLength: 200 },
  { field: 'postcode', maxLength: 200 },
  { field: 'city', maxLength: 200 },
  { field: 'country', maxLength: 2, autoCapitalize: 'characters', pattern: '[A-Za-z]{2}' },
];
const WHERE: readonly Shape[] = [
  { field: 'meteringPoint', maxLength: 64 },
  { field: 'iban', maxLength: 42, autoCapitalize: 'characters', pattern: '[A-Za-z0-9 ]*' },
];
const NUMBERS: readonly Shape[] = [
  { field: 'vatNumber', maxLength: 24, autoCapitalize: 'characters' },
  { field: 'taxNumber', maxLength: 40 },
  { field: 'registrationNumber', maxLength: 40 },
];

export function RecordFields(props: {
  readonly text: RecordText;
  readonly change: (changed: Partial<RecordText>) => void;
}) {
  const { text, change } = props;
  const inputs = (shapes: readonly Shape[]) =>
    shapes.map(({ field, ...shape }) => (
      <label key={field} className={`field field-${field}`}>
        {words.fields[field]}
        <input
          {...shape}
          // The browser's own memory would fill in the officer, not the member.
          autoComplete="off"
          spellCheck={false}
          required={field === 'country'}
          value={text[field]}
          onChange={(event) => change({ [field]: event.target.value })}
        />
      </label>
    ));
  return (
    <>
      <fieldset className="record">
        <legend>{words.who}</legend>
        <div className="fields">{inputs(WHO)}</div>
      </fieldset>
      <fieldset className="record">
        <legend>{words.where}</legend>
        <div className="fields">{inputs(WHERE)}</div>
      </fieldset>
      <fieldset className="record">
        <legend>{words.tax}</legend>
        <div className="fields">
          <label className="field">
            {words.fields.status}
            <select
              value={text.status}
              onChange={(event) => change({ status: event.target.value })}
            >
              {TAX_STATUSES.map((status) => (
                <option key={status} value={status}>
                  {words.statuses[status]}
                </option>
              ))}
            </select>
          </label>
          {inputs(NUMBERS)}
        </div>
      </fieldset>
    </>
  );
}
