/** A disk that is soon full: a file system of its own, or a limit to the length of any file. */

import { spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { newFolder } from './children.ts';

export interface SmallDisk {
  readonly path: string;
  /** Stands in front of a program that is to meet its end. */
  readonly before: readonly string[];
  /** What the system says where there is no more room. */
  readonly says: RegExp;
  /** Takes every byte that is left; nothing where only the length of files is limited. */
  readonly fill: (() => void) | undefined;
  /** From now on there is room. */
  grow(): void;
  remove(): void;
}

export function smallDisk(kibibytes: number): SmallDisk {
  const folder = newFolder();
  const disk = join(folder.path, 'disk');
  mkdirSync(disk);
  const size = (count: number) => ['-o', `size=${count}k`];
  const mounted = spawnSync('mount', ['-t', 'tmpfs', ...size(kibibytes), 'tmpfs', disk]);
  if (mounted.status !== 0) {
    // Only root may mount. A limit to the length of files stops the same writes with another code.
    return {
      path: folder.path,
      before: ['bash', '-c', `ulimit -f ${kibibytes}; exec "$@"`, 'limited'],
      says: /file too large|EFBIG/i,
      fill: undefined,
      grow: () => undefined,
      remove: () => folder.remove(),
    };
  }
  const filler = join(disk, 'filler');
  return {
    path: disk,
    before: [],
    says: /the disk is full/,
    fill: () => fillUp(filler),
    grow() {
      rmSync(filler, { force: true });
      spawnSync('mount', ['-o', `remount,size=${kibibytes + 65_536}k`, disk]);
    },
    remove() {
      spawnSync('umount', [disk]);
      folder.remove();
    },
  };
}

function fillUp(path: string): void {
  const descriptor = openSync(path, 'w');
  try {
    for (const chunk = Buffer.alloc(4096); ; ) writeSync(descriptor, chunk);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
  } finally {
    closeSync(descriptor);
  }
}
