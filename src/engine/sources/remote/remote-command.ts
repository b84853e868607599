import {
  IPCTNL_MSG_CT_GET,
  IPCTNL_MSG_CT_GET_DYING,
  IPCTNL_MSG_CT_GET_STATS,
  IPCTNL_MSG_CT_GET_UNCONFIRMED,
  IPCTNL_MSG_EXP_GET,
} from '../../ctnetlink/constants.js';
import type { Job } from './job.js';

/** In place of the greeting: the name of the program that answers. */
export const ONLY_CONNTRACK = 'ctq-relay conntrack';
export const UNABLE = 'ctq-relay unable';
export const NOTHING = 'ctq-relay nothing';

/** Offset of nfgenmsg.family, after nlmsghdr. */
const FAMILY_AT = 16;
const FAMILIES: Readonly<Record<number, string>> = { 2: 'ipv4', 10: 'ipv6' };

/**
 * The command for the remote login shell: ctq if installed, else conntrack(8). One line in single quotes, so that any shell takes it
 * literally; it contains no user input.
 */
export function remoteCommand(job: Job): string {
  const fallback = conntrackCommand(job);
  const script = [
    // A non-interactive shell often has a short PATH.
    'PATH="$PATH:/usr/local/bin:/usr/local/sbin:/usr/sbin:/sbin"; export PATH; LC_ALL=C; export LC_ALL',
    'if command -v ctq >/dev/null 2>&1; then exec ctq relay; fi',
    `if ! command -v conntrack >/dev/null 2>&1; then echo "${NOTHING}"; exit 127; fi`,
    fallback === undefined ? `echo "${UNABLE}"` : `echo "${ONLY_CONNTRACK}"; ${fallback}`,
  ].join('; ');
  return `exec sh -c '${script}'`;
}

/** The same job for conntrack(8), which prints lines; undefined if it cannot do it. */
function conntrackCommand(job: Job): string | undefined {
  if (job.kind === 'listen' || job.kind === 'query') return undefined;
  const request = new Uint8Array(Buffer.from(job.request, 'base64'));
  const type = new Uint16Array(request.buffer, 4, 1)[0];
  if (job.kind === 'exchange') return type === IPCTNL_MSG_CT_GET_STATS ? 'exec conntrack -C' : undefined;
  const family = FAMILIES[request[FAMILY_AT]];
  // Without a family some versions list IPv4 only.
  const families = family === undefined ? Object.values(FAMILIES) : [family];
  const list = (table: string): string =>
    families.map(each => `conntrack -L ${table} -f ${each} -o extended,id`).join(' && ');
  switch (type) {
    case IPCTNL_MSG_CT_GET:
      return list('conntrack');
    case IPCTNL_MSG_EXP_GET:
      return list('expect');
    case IPCTNL_MSG_CT_GET_DYING:
      return list('dying');
    case IPCTNL_MSG_CT_GET_UNCONFIRMED:
      return list('unconfirmed');
    default:
      return undefined;
  }
}
