/** Bank account numbers by ISO 13616, as node, command line and browser check them alike. */

const FORM = /^[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}$/;

/** Without spaces and in capitals, as it is kept; nothing where it is no account number. */
export function readIban(text: string): string | undefined {
  const compact = text.replaceAll(' ', '').toUpperCase();
  return FORM.test(compact) && checksumOf(compact) === 1 ? compact : undefined;
}

/**
 * ISO 7064, MOD 97-10: the first four characters go to the end, letters become numbers from 10, and the
 * remainder by 97 is 1 for an account number without a slip of one digit or a swap of two.
 */
function checksumOf(iban: string): number {
  let remainder = 0;
  for (const character of iban.slice(4) + iban.slice(0, 4)) {
    const digits = `${Number.parseInt(character, 36)}`;
    for (const digit of digits) remainder = (remainder * 10 + Number(digit)) % 97;
  }
  return remainder;
}
