import { FUNCTION_NAMES } from '../../functions/registry.js';
import { TABLE_NAMES, TABLES } from '../../schema/catalogue.js';

/** Help topics other than tables, fields and functions. Their texts are in the shell. */
export const STATEMENT_TOPICS = [
  'select',
  'watch',
  'get',
  'insert',
  'update',
  'delete',
  'flush',
  'zero',
  'count',
  'explain',
  'except',
  'intersect',
  'union',
  'with',
  'join',
  'let',
  'query',
  'run',
  'drop',
  'include',
  'echo',
  'set',
  'use',
  'prepare',
  'assert',
  'show',
  'describe',
  'help',
] as const;
export const SUBJECT_TOPICS = [
  'where',
  'in',
  'operators',
  'case',
  'values',
  'functions',
  'aggregates',
  'output',
  'formats',
  'tables',
  'settings',
  'files',
  'snapshots',
  'history',
  'fleet',
  'namespaces',
  'scripts',
  'shell',
  'keys',
  'top',
  'kill',
  'examples',
  'errors',
] as const;

export type Topic = (typeof STATEMENT_TOPICS)[number] | (typeof SUBJECT_TOPICS)[number];

let topics: readonly string[] | undefined;

/** Every word that help accepts: topics, tables, fields, functions. */
export function HELP_TOPICS(): readonly string[] {
  topics ??= [
    ...new Set<string>([
      ...STATEMENT_TOPICS,
      ...SUBJECT_TOPICS,
      ...TABLE_NAMES,
      ...Object.values(TABLES).flatMap(table => Object.keys(table.fields)),
      ...FUNCTION_NAMES,
    ]),
  ];
  return topics;
}
