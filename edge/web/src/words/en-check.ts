/** Words of the page that checks a proof file, and of opening a key from its file. */

export const check = {
  title: 'Check a proof file',
  back: 'Back to the street',
  about:
    'Drop the proof file of a member’s period here. Your browser computes every hash, price, line and bill again. The file stays on this device: this page asks nothing of anyone, and works without a network.',
  drop: 'Drop a proof file here, or choose one',
  choose: 'Proof file',
  reading: 'Computing on this device…',
  trust: 'What it is held against',
  trustPinned: (origin: string) =>
    `The ledger ${origin}, as this browser remembers it from earlier visits.`,
  trustNone:
    'This browser has not seen the ledger of the file. Enter its name and key as your community gave them to you; the file’s own word would prove nothing.',
  chain: 'Ledger, 64 digits',
  key: 'Verifier key',
  again: 'Check with these',
  holds: (ms: number) => `Everything holds. Computed on this device in ${ms} ms.`,
  fails: 'This does not hold.',
  failedStep: 'The step',
  failedWhy: 'What was found',
  place: 'Place',
  failures: (count: number) =>
    count === 1 ? 'One thing does not hold' : `${count} things do not hold`,
  leftOut: (count: number) => `${count} more are not listed.`,
  unreadable: (why: string) => `This is no proof file: ${why}. Nothing was computed.`,
  tooLarge: (most: string) => `This file is larger than ${most}. Nothing was computed.`,
  found: 'What is in it',
  member: 'Member',
  period: 'Period',
  checkpoint: 'Signed checkpoint over',
  blocks: (count: number) => `${count} blocks`,
  counts: {
    blocks: 'Blocks',
    transactions: 'Own transactions',
    trades: 'Trades',
    readings: 'Readings',
    statements: 'Statements',
    bills: 'Bills',
  },
  bill: (number: string) => `Bill ${number}`,
  what: 'line',
  stated: 'stated',
  computed: 'computed here',
  notComputed: 'not computed',
  gross: 'total with tax',
  due: 'due',
  noBills: 'The file holds no bill. Bills come with the billing run of their period.',
} as const;

export const openKey = {
  title: 'Open a key from its file',
  about:
    'The key was opened from its file for this visit. It is not kept on this device: closing or reloading the page forgets it.',
  intro:
    'You saved a copy, or are an officer with a key file? Open it here. It stays in this page alone.',
  file: 'Key file',
  password: 'Its password',
  open: 'Open',
  opening: 'Opening…',
  end: 'Close the key',
} as const;
