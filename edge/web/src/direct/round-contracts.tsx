/** A round's contracts, their transfers, and both as a file. */

import { useState } from 'react';
import { faultWords } from '../fault-words.ts';
import { saveFile } from '../file.ts';
import { useLive, useOwn } from '../live.tsx';
import { Answer, Empty, Panel } from '../parts/panel.tsx';
import { en } from '../words/en.ts';
import { ContractTable, TransferTable } from './contract-tables.tsx';

const words = en.direct.contracts;
/** What is shown at once; the file has them all. */
const LINES = 200;

export function RoundContracts({ round }: { readonly round: number }) {
  const { own } = useLive();
  const params = { round: `${round}` };
  const contracts = useOwn('directContracts', { params, query: { limit: `${LINES}` } });
  const load = own && (() => own.directContractTable({ params }));
  return (
    <Answer of={contracts} lines={6}>
      {({ contracts: all, next }) => (
        <>
          <Panel
            title={words.title}
            className="wide-12"
            aside={all.length > 0 && <CsvButton name={`round-${round}-contracts`} load={load} />}
          >
            {all.length === 0 ? <Empty>{words.empty}</Empty> : <ContractTable contracts={all} />}
            {next !== null && <p className="quiet">{words.more(LINES)}</p>}
          </Panel>
          {all.length > 0 && (
            <Panel title={en.direct.transfers.title} className="wide-12">
              <p className="quiet">{en.direct.transfers.about}</p>
              <TransferTable contracts={all} />
            </Panel>
          )}
        </>
      )}
    </Answer>
  );
}

export function CsvButton(props: {
  readonly name: string;
  readonly load: (() => Promise<string>) | undefined;
}) {
  const { name, load } = props;
  const [fault, setFault] = useState<unknown>();
  const save = async () => {
    if (load === undefined) return;
    setFault(undefined);
    try {
      saveFile({ name: `${name}.csv`, type: 'text/csv', text: await load() });
    } catch (thrown) {
      setFault(thrown);
    }
  };
  return (
    <span role="status">
      <button type="button" className="quiet" onClick={() => void save()}>
        {words.csv}
      </button>
      {fault !== undefined && <span className="failed">{faultWords(fault)}</span>}
    </span>
  );
}
