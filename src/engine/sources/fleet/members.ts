/**
 * The gateways of a fleet: /etc/ctq/fleet.conf, and the user's own file. A line is a member or a setting:
 *
 *     server = tls://nats.example.net:4222
 *     gw1  edge paris  nats
 *     gw3  lab         ssh root@gw3.example.net
 */
import { readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { didYouMean } from '../../../lang/diagnostics/did-you-mean.js';
import { shorten } from '../../../lang/diagnostics/shorten.js';
import { CtqError } from '../../errors.js';
import { inHome } from '../../home.js';

/** One gateway, and how it is reached. */
export interface Member {
  readonly name: string;
  readonly groups: readonly string[];
  readonly transport: 'nats' | 'ssh';
  /** The name of its agent on the server, or the destination of ssh(1). */
  readonly target: string;
}

/** How the server of the fleet is reached. Files are absolute paths. */
export interface ServerSettings {
  /** Addresses of the NATS server, or of several of one cluster. */
  readonly servers: readonly string[];
  /** Certificates that the server's one is checked against; the system's if left out. */
  readonly ca?: string;
  /** The seed of the nkey that identifies this user. */
  readonly nkey?: string;
  /** The certificate of this user and its private key, where the server requires one. */
  readonly cert?: string;
  readonly key?: string;
}

/** A fleet, as its files describe it. */
export interface Fleet extends ServerSettings {
  readonly members: readonly Member[];
  /** The files that were read. */
  readonly files: readonly string[];
  /** The files that are read if they exist. */
  readonly paths: readonly string[];
}

/** The file of all users. */
const SYSTEM_FILE = '/etc/ctq/fleet.conf';

/** Bytes of a file; larger ones are not read. */
const LARGEST = 4 << 20;

const NAME = /^[A-Za-z0-9_][\w.@:+-]*$/;
/** A part of a NATS subject. */
const TOKEN = /^[\w@:+-]+$/;

const FILE_SETTINGS = ['ca', 'nkey', 'cert', 'key'] as const;
const SETTING_NAMES = ['server', ...FILE_SETTINGS] as const;
type SettingName = (typeof SETTING_NAMES)[number];

/** The files of the fleet, the user's last. `CTQ_FLEET_CONF` names one that replaces them. */
export function fleetFiles(env: NodeJS.ProcessEnv): readonly string[] {
  if (env.CTQ_FLEET_CONF) return [resolve(env.CTQ_FLEET_CONF)];
  const folder = env.XDG_CONFIG_HOME || (env.HOME ? join(env.HOME, '.config') : undefined);
  return folder === undefined ? [SYSTEM_FILE] : [SYSTEM_FILE, join(folder, 'ctq/fleet.conf')];
}

/**
 * Reads the files of a fleet; those that do not exist are left out. Members and settings of a later file replace those of an earlier
 * one that have their name.
 * @throws CtqError for a file that cannot be read, or has a mistake
 */
export function readFleet(paths: readonly string[] = fleetFiles(process.env)): Fleet {
  const members = new Map<string, Member>();
  const files: string[] = [];
  let settings: Settings = { servers: [] };
  for (const path of paths) {
    const text = textOf(path);
    if (text === undefined) continue;
    files.push(path);
    const file = parseFleet(text, path);
    for (const member of file.members) members.set(member.name, member);
    settings = { ...settings, ...file.settings };
  }
  const fleet: Fleet = { ...settings, members: [...members.values()], files, paths };
  refuseSharedNames(fleet, files);
  return fleet;
}

/** The settings of one file; `servers` only if it names one. */
type Settings = ServerSettings;

/** One file of a fleet. @throws CtqError for a mistake, with its line */
export function parseFleet(text: string, path: string): { members: readonly Member[]; settings: Partial<Settings> } {
  const members = new Map<string, Member>();
  const settings: { servers?: string[]; ca?: string; nkey?: string; cert?: string; key?: string } = {};
  for (const [index, line] of text.split('\n').entries()) {
    const words = line.replace(/(^|\s)#.*/, '').trim();
    if (words === '') continue;
    const fail = (message: string, hint: string): never => {
      throw new CtqError({ code: 'fleet-file', kind: 'input', message: `${path}:${index + 1}: ${message}`, hint });
    };
    const assigned = /^(\S+)\s*=\s*(.*)$/.exec(words);
    if (assigned) {
      const [name, value] = settingOf(assigned[1], assigned[2], fail);
      if (name === 'server') settings.servers = [...(settings.servers ?? []), value];
      else if (settings[name] !== undefined) fail(`duplicate setting '${name}'`, 'remove one of the lines');
      else settings[name] = resolve(dirname(path), inHome(value));
      continue;
    }
    const member = memberOf(words.split(/\s+/), fail);
    if (members.has(member.name)) fail(`duplicate member '${member.name}'`, 'a gateway has one line');
    members.set(member.name, member);
  }
  return { members: [...members.values()], settings };
}

type Fail = (message: string, hint: string) => never;

function settingOf(name: string, value: string, fail: Fail): [SettingName, string] {
  const known = SETTING_NAMES.find(each => each === name);
  if (known === undefined)
    return fail(
      `unknown setting '${shorten(name, 24)}'`,
      didYouMean(name, SETTING_NAMES) ?? `settings are ${SETTING_NAMES.join(', ')}`,
    );
  if (value === '' || /\s/.test(value))
    return fail(`expected one value after '${name} ='`, `write: ${EXAMPLES[known]}`);
  if (known === 'server' && !/^(tls|nats):\/\/[^\s/@]+$/.test(value))
    return fail(
      `invalid server '${shorten(value, 60)}'`,
      'write: server = tls://HOST:4222; a password or key has no place in it',
    );
  return [known, value];
}

const EXAMPLES: Readonly<Record<SettingName, string>> = {
  server: 'server = tls://nats.example.net:4222',
  ca: 'ca = /etc/ctq/ca.pem',
  nkey: 'nkey = /etc/ctq/operator.nk',
  cert: 'cert = /etc/ctq/operator.pem',
  key: 'key = /etc/ctq/operator.key',
};

const MEMBER_HINT = 'write: NAME [GROUP …] nats, or NAME [GROUP …] ssh root@HOST';

function memberOf([name, ...rest]: readonly string[], fail: Fail): Member {
  if (!NAME.test(name)) return fail(`invalid name '${shorten(name, 24)}'`, MEMBER_HINT);
  const at = rest.findIndex(word => word === 'nats' || word === 'ssh');
  if (at < 0) return fail(`expected 'nats' or 'ssh' after '${name}'`, MEMBER_HINT);
  const groups = rest.slice(0, at);
  const transport = rest[at] as Member['transport'];
  const [target = transport === 'nats' ? name : undefined, extra] = rest.slice(at + 1);
  for (const [i, group] of groups.entries()) {
    if (!NAME.test(group)) return fail(`invalid group '${shorten(group, 24)}'`, MEMBER_HINT);
    if (groups.indexOf(group) < i) return fail(`duplicate group '${group}'`, MEMBER_HINT);
  }
  if (target === undefined) return fail("expected a destination after 'ssh'", MEMBER_HINT);
  if (extra !== undefined) return fail(`unexpected '${shorten(extra, 24)}'`, MEMBER_HINT);
  if (transport === 'nats' && !TOKEN.test(target))
    return fail(
      `'${shorten(target, 24)}' cannot be the name of an agent`,
      `letters, digits, '_' and '-': write ${name} … nats ${target.replaceAll(/[^\w-]+/g, '-')}`,
    );
  if (transport === 'ssh' && target.startsWith('-'))
    return fail(`invalid destination '${shorten(target, 24)}'`, MEMBER_HINT);
  return { name, groups, transport, target };
}

/** A name in a statement means one thing. */
function refuseSharedNames({ members }: Fleet, files: readonly string[]): void {
  const groups = new Set(members.flatMap(each => each.groups));
  const both = members.find(({ name }) => groups.has(name));
  if (both === undefined) return;
  throw new CtqError({
    code: 'fleet-file',
    kind: 'input',
    message: `${files.at(-1)}: '${both.name}' is the name of a member and of a group`,
    hint: 'rename the group',
  });
}

function textOf(path: string): string | undefined {
  try {
    const bytes = readFileSync(path);
    if (bytes.length > LARGEST) throw Object.assign(new Error(), { code: 'EFBIG' });
    return bytes.toString('utf8');
  } catch (cause) {
    const { code = '' } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new CtqError({
      code: 'fleet-file',
      kind: code === 'EACCES' ? 'permission' : 'system',
      message: `cannot read ${path}: ${code === 'EACCES' ? 'permission denied' : code === 'EFBIG' ? 'the file is too large' : code}`,
      hint: 'it lists the gateways of the fleet',
      cause,
    });
  }
}

/** The files that have the members and settings of a fleet, or where they are to be written. */
export const whereWritten = ({ files, paths }: Pick<Fleet, 'files' | 'paths'>): string =>
  (files.length === 0 ? paths : files).join(' or ');

/** The names of the groups of a fleet, sorted. */
export const groupsOf = ({ members }: Pick<Fleet, 'members'>): readonly string[] => [
  ...new Set(members.flatMap(({ groups }) => groups).sort()),
];

/**
 * The members of groups and those with given names, each once, in the order of the files.
 * @param names none: all members
 * @throws CtqError for a name that is neither a group's nor a member's, and for a fleet without members
 */
export function membersOf(fleet: Fleet, names: readonly string[]): readonly Member[] {
  const { members, files } = fleet;
  const named = process.env.CTQ_FLEET_CONF && files.length === 0;
  if (members.length === 0)
    throw new CtqError({
      code: 'fleet-empty',
      kind: 'system',
      message: named ? `${whereWritten(fleet)}, named by CTQ_FLEET_CONF, does not exist` : 'the fleet has no members',
      hint: `${files.length === 0 ? 'write' : 'list them in'} ${whereWritten(fleet)}, a line for each gateway: gw1 edge ssh root@gw1`,
    });
  if (names.length === 0) return members;
  const groups = groupsOf(fleet);
  for (const name of names) {
    if (groups.includes(name) || members.some(each => each.name === name)) continue;
    throw new CtqError({
      code: 'fleet-name',
      kind: 'statement',
      message: `the fleet has no group or member '${name}'`,
      hint: didYouMean(name, [...groups, ...members.map(each => each.name)]) ?? 'show fleet lists them',
    });
  }
  return members.filter(({ name, groups: own }) => names.includes(name) || own.some(group => names.includes(group)));
}
