/** Times as conntrack(8) prints them: local time, by the second. */
const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

const two = (n: number): string => String(n).padStart(2, '0');

let lastSeconds = -1;
let lastText = '';

/** What ctime(3) writes, without its line feed: `Tue Nov 24 09:27:23 2026`. */
export function ctime(seconds: number): string {
  if (seconds === lastSeconds) return lastText;
  const date = new Date(seconds * 1000);
  // Beyond what a Date holds (the year 275760) the seconds are printed.
  if (Number.isNaN(date.getTime())) return String(seconds);
  const time = `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
  lastSeconds = seconds;
  lastText = `${DAYS[date.getDay()]} ${MONTHS[date.getMonth()]} ${String(date.getDate()).padStart(2)} ${time} ${date.getFullYear()}`;
  return lastText;
}

/** Local time of day: `09:27:23`. */
export const timeOfDay = (seconds: number): string => ctime(seconds).slice(11, 19);

/** Whole seconds of a time in ns. */
export const secondsOf = (ns: number | bigint): number =>
  typeof ns === 'bigint' ? Number(ns / 1_000_000_000n) : Math.floor(ns / 1e9);
