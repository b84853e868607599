/** The password of an address, as in `clickhouse://USER:PASSWORD@HOST`. */
const PASSWORD = /(:\/\/[^\s'"/@:]*:)([^\s'"/@]+)(?=@)/g;

/** A text with stars in place of the passwords of addresses; as long as before. */
export const withoutPasswords = (text: string): string =>
  text.replace(PASSWORD, (_, before: string, password: string) => before + '*'.repeat(password.length));

export const hasPassword = (text: string): boolean => withoutPasswords(text) !== text;
