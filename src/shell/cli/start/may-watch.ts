/** Commands of conntrack(8) that show events: `-E` alone or among other letters, `--event` or a beginning of it. */
const EVENTS = /^-[A-Za-z]*E|^--ev/;
const WATCH = /(?:^|[;{])\s*watch\s/i;

/** Whether a command line may ask for events. What is wrong about it is for the program to find. */
export const mayWatch = (name: 'ctq' | 'conntrack', args: readonly string[]): boolean =>
  name === 'conntrack' || args[0] === 'conntrack'
    ? args.some(argument => EVENTS.test(argument))
    : args.some(argument => WATCH.test(argument));
