/** Whether the locale is UTF-8: LC_ALL, LC_CTYPE, LANG, in the order of setlocale(3). */
export function isUnicode(env: Readonly<Record<string, string | undefined>>): boolean {
  const locale = [env.LC_ALL, env.LC_CTYPE, env.LANG].find(value => value !== undefined && value !== '') ?? '';
  return /utf-?8/i.test(locale);
}
