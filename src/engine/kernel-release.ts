import { readFileSync } from 'node:fs';
import { release } from 'node:os';

/** The release of the running kernel, such as `6.12.9`, as uname(2) has it. Read from proc(5): loading node's `os` takes longer. */
export function kernelRelease(): string {
  try {
    return readFileSync('/proc/sys/kernel/osrelease', 'latin1').trim();
  } catch {
    return release();
  }
}
