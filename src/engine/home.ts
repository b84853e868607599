import { homedir } from 'node:os';

/** A path that was not quoted, as sh(1) reads it: `~/x` is in the user's own folder. */
export const inHome = (path: string): string => (/^~(?=\/|$)/.test(path) ? homedir() + path.slice(1) : path);
