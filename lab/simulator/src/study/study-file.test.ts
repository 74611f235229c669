import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { requireRoom, StudyWriteError, writeErrorOf, writeWhole, writing } from './study-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'study-file-'));
afterAll(() => rmSync(folder, { recursive: true }));

function refusal(code: string): Error {
  return Object.assign(new Error(`${code}: refused, write`), { code, syscall: 'write' });
}

test.each([
  ['ENOSPC', 'a.csv: the disk is full (ENOSPC: refused, write)'],
  ['EDQUOT', 'a.csv: the disk has no more room for this user (EDQUOT: refused, write)'],
  ['EFBIG', 'a.csv: the file may not grow longer on this machine (EFBIG: refused, write)'],
  ['EIO', 'a.csv: EIO: refused, write; there is room on the disk ('],
])('%s is told with the file and what to do', (code, told) => {
  const { message = '', file } = writeErrorOf('a.csv', refusal(code)) ?? {};
  expect(message.startsWith(told), message).toBe(true);
  expect(message).toContain('Every run that is finished is kept');
  expect(file).toBe('a.csv');
});

test('what is no refusal of the system stays what it is; what is told once is not told again', () => {
  const mistake = new RangeError('slot: expected 0 to 3, got 4');
  const thrown = (error: Error) => () =>
    writing('a.csv', () => {
      throw error;
    });
  expect(thrown(mistake)).toThrow(mistake);
  const first = new StudyWriteError('b.csv', refusal('ENOSPC'));
  expect(thrown(first)).toThrow(first);
});

test('a file is written whole or not at all', () => {
  const file = join(folder, 'whole.json');
  writeWhole(file, '{}');
  expect(readFileSync(file, 'utf8')).toBe('{}');
  mkdirSync(join(folder, 'taken.json'));
  expect(() => writeWhole(join(folder, 'taken.json'), '{}')).toThrow('taken.json: EISDIR');
  expect(() => writeWhole(join(folder, 'no/where.json'), '{}')).toThrow('no/where.json: ENOENT');
  expect(readdirSync(folder).sort()).toEqual(['taken.json', 'whole.json']);
});

test('room is asked for and given back', () => {
  requireRoom(folder);
  expect(existsSync(join(folder, 'room.partial'))).toBe(false);
  expect(() => requireRoom(join(folder, 'nowhere'))).toThrow(StudyWriteError);
});
