/**
 * Texts as mail programs and browsers leave them: in quoted-printable (RFC 2045, 6.7: `src=3D10.0.0.1`, lines that continue after `=`), and with
 * no-break spaces; and with the line ends of old Macs. All texts here have a character for each byte.
 */

export interface MailText {
  /** What it is, for the user. */
  readonly note: string;
  decode(piece: string): string;
  /** What is left at the end. */
  end(): string;
}

const SOFT_BREAK = /=\r?\n/g;
const ENTRY_QUOTED = /\bsrc=3D\S+ +dst=3D/;

/** In UTF-8, and in Latin-1: not as a part of another character of UTF-8. */
const NO_BREAK_SPACE = /\xc2\xa0|(?<![\x80-\xff])\xa0+/g;
const ENTRY_SPACED = new RegExp(`src=\\S*?(?:${NO_BREAK_SPACE.source})+dst=`);

/** Of Macs before OS X. */
const OLD_LINE_END = /\r[^\r\n]/;

/** How the text of a file is decoded, as an entry at its beginning shows; undefined for all others. */
export function mailTextOf(begin: string): MailText | undefined {
  if (begin.includes('src=3D') || begin.includes('=\n') || begin.includes('=\r\n')) {
    if (ENTRY_QUOTED.test(begin.replace(SOFT_BREAK, '')))
      return decoder('quoted-printable, as mails are encoded: it is decoded', /=(?:[\dA-F]|\r)?$/, text =>
        text
          .replace(SOFT_BREAK, '')
          .replace(/=([\dA-F]{2})/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16))),
      );
  }
  if (OLD_LINE_END.test(begin) && !begin.includes('\n'))
    return decoder('lines end with carriage returns alone', /\r$/, text => text.replace(/\r\n?/g, '\n'));
  if (begin.includes('\xa0') && ENTRY_SPACED.test(begin))
    return decoder('no-break spaces are read as spaces', /[\x80-\xff]+$/, text => text.replace(NO_BREAK_SPACE, ' '));
  return undefined;
}

/** @param unfinished what may continue in the next piece */
function decoder(note: string, unfinished: RegExp, decode: (text: string) => string): MailText {
  let rest = '';
  return {
    note,
    decode(piece) {
      const text = rest + piece;
      const at = text.search(unfinished);
      rest = at < 0 ? '' : text.slice(at);
      return decode(at < 0 ? text : text.slice(0, at));
    },
    end: () => decode(rest),
  };
}
