import { expect, test } from 'vitest';
import { flawOf, recordOfText, textOfRecord } from './record-text.ts';

const kept = {
  name: 'Ana Ámbar',
  street: 'Lindengasse 7/3',
  postcode: '1070',
  city: 'Wien',
  country: 'AT',
  status: 'small business' as const,
  vatNumber: null,
  taxNumber: '09 123/4567',
  registrationNumber: null,
  meteringPoint: 'AT001 0000',
  iban: 'AT611904300234573201',
};

test('what is kept comes back as it was, through the form', () => {
  expect(recordOfText(textOfRecord(kept))).toEqual(kept);
});

test('numbers may be typed with spaces and in small letters, and what is empty is nothing', () => {
  const typed = {
    ...textOfRecord(null),
    name: ' Ana ',
    country: 'at',
    iban: 'at61 1904 3002 3457 3201',
    vatNumber: ' atu 123 ',
  };
  expect(recordOfText(typed)).toMatchObject({
    name: 'Ana',
    country: 'AT',
    iban: kept.iban,
    vatNumber: 'ATU123',
    taxNumber: null,
    status: 'private',
  });
});

test('a flaw says its field', () => {
  expect(flawOf('record.vatNumber: expected a number')).toEqual({
    field: 'vatNumber',
    words: 'expected a number',
  });
  expect(flawOf('record.address.city: expected x')).toMatchObject({ field: 'city' });
  expect(flawOf('something else')).toEqual({ field: '', words: 'something else' });
});
