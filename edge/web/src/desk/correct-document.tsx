/** Takes a document back by another that refers to it: the only way to put a mistake right. */

import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { faultWords } from '../fault-words.ts';
import { useLive } from '../live.tsx';
import { en } from '../words/en.ts';

const words = en.desk.billing;

export function CorrectDocument({ number }: { readonly number: string }) {
  const { own } = useLive();
  const queries = useQueryClient();
  const [open, setOpen] = useState(false);
  const [reason, setReason] = useState('');
  const [fault, setFault] = useState<unknown>();
  const correct = async () => {
    if (own === undefined) return;
    setFault(undefined);
    try {
      await own.correctBill({ body: { number, reason: reason.trim() } });
      await queries.invalidateQueries({ queryKey: ['live', 'own'] });
      setOpen(false);
    } catch (cause) {
      setFault(cause);
    }
  };
  if (!open) {
    return (
      <button type="button" className="quiet" onClick={() => setOpen(true)}>
        {words.correct}
      </button>
    );
  }
  return (
    <form
      className="run"
      onSubmit={(event) => {
        event.preventDefault();
        void correct();
      }}
    >
      <label className="field">
        {words.reason(number)}
        <input maxLength={500} value={reason} onChange={(event) => setReason(event.target.value)} />
      </label>
      <button type="submit" className="danger" disabled={reason.trim() === ''}>
        {words.correctNow}
      </button>
      <button type="button" onClick={() => setOpen(false)}>
        {words.confirmNo}
      </button>
      {fault !== undefined && (
        <p className="failed" role="alert">
          {faultWords(fault)}
        </p>
      )}
    </form>
  );
}
