/**
 * Texts as mail programs, browsers and chats leave them: in quoted-printable (RFC 2045, 6.7: `src=3D10.0.0.1`, lines that continue after `=`),
 * with other spaces and quotes, escaped as in Markdown, with the tags of HTML; with the line ends of old Macs, or with `\\n` for them. All
 * texts here have a character for each byte.
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

/** No-break spaces in UTF-8, and in Latin-1: not as a part of another character of UTF-8. Others of UTF-8: U+2002 to U+200A, U+202F, U+3000. */
const SPACES = /\xc2\xa0|\xe2\x80[\x82-\x8a\xaf]|\xe3\x80\x80|(?<![\x80-\xff])\xa0+/g;
/** Spaces without a width, and byte order marks. */
const NOTHING = /\xe2\x80[\x8b-\x8d]|\xe2\x81\xa0|\xef\xbb\xbf/g;
const QUOTES = /\xe2\x80[\x98\x99\x9c\x9d]/g;
const TYPOGRAPHIC = new RegExp([SPACES, NOTHING, QUOTES].map(({ source }) => source).join('|'));
const plain = (text: string): string =>
  text
    .replace(SPACES, ' ')
    .replace(NOTHING, '')
    .replace(QUOTES, quote => (quote < '\xe2\x80\x9a' ? "'" : '"'));

const TAGS = /<\/?(?:pre|code|br|p|li|ul|ol|td|tr|div|span|tt|samp)\b[^<>]*>/gi;
const ENTITIES: Readonly<Record<string, string>> = { nbsp: ' ', amp: '&', lt: '<', gt: '>', quot: '"' };
const ENTITY = /&(nbsp|amp|lt|gt|quot);/g;
const HTML = new RegExp(`${TAGS.source}|&nbsp;`, 'i');

/** A flag of an entry, as Markdown escapes it. */
const ESCAPED = /\\\[(?:ASSURED|UNREPLIED|OFFLOAD|NEW|UPDATE|DESTROY)\\\]/;

/** Whether a text has an entry. */
const hasEntry = (text: string): boolean => /\bsrc=\S+\s+dst=\S|(?:^|[\s"'`>])-[AIUD] +-/.test(text);

/** Its texts have line ends of their own. */
const JSON_BEGIN = /^\s*(?:\{|\[\s*[{"])/;

/** Each whole line ends with `$`. */
const SHOWN_ENDS = /^(?:[^\n]*\$\r?\n)+[^\n]*$/;

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
  if (begin.includes('\\n') && !begin.trimEnd().includes('\n') && !JSON_BEGIN.test(begin) && hasEntry(begin))
    return decoder("line ends are written as '\\n'", /\\$/, text => text.replace(/(?:\\r)?\\n/g, '\n'));
  if (SHOWN_ENDS.test(begin) && hasEntry(begin))
    return decoder('line ends are shown, as cat -A does: they are left out', /[\^$]\r?$/, text =>
      text.replace(/\^I/g, '\t').replace(/(?:\^M)?\$(?=\r?$)/gm, ''),
    );
  if (TYPOGRAPHIC.test(begin.replace(/^\xef\xbb\xbf/, '')) && hasEntry(plain(begin)))
    return decoder(
      'no-break spaces, other spaces and typographic quotes are read as plain ones',
      /[\x80-\xff]+$/,
      plain,
    );
  if (HTML.test(begin) && hasEntry(begin.replace(ENTITY, ' ')))
    return decoder('HTML: its tags are left out', /[<&][^<>&;\n]{0,80}$/, text =>
      text.replace(TAGS, '').replace(ENTITY, (_, name) => ENTITIES[name]),
    );
  if (ESCAPED.test(begin))
    return decoder('escaped as in Markdown: the backslashes are left out', /\\$/, text =>
      text.replace(/\\(?=[[\]_*`])/g, ''),
    );
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
