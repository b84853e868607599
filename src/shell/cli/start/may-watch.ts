import { ELSEWHERE } from '../../../lang/schema/places.js';

/** Commands of conntrack(8) that show events: `-E` alone or among other letters, `--event` or a beginning of it. */
const EVENTS = /^-[A-Za-z]*E|^--ev/;
const WATCH = /(?:^|[;{])\s*watch\s/i;
/** Events of a log, not of the kernel. */
const LOG = /\bfrom\s*'|\bin\s+file\b|^--file/i;

/** Whether a command line may ask for events of this network namespace. What is wrong about it is for the program to find. */
export function mayWatch(name: 'ctq' | 'conntrack', args: readonly string[]): boolean {
  if (name === 'conntrack' || args[0] === 'conntrack') return args.some(argument => EVENTS.test(argument));
  return (
    args.some(argument => WATCH.test(argument)) &&
    !args.some(argument => ELSEWHERE.test(argument) || LOG.test(argument))
  );
}
