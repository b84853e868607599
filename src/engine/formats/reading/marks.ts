/** The members by which the JSON of other programs is recognised, before its reader is loaded. */
import { isObject, type JsonObject } from './text/json-value.js';

export const isOfJc = (object: JsonObject): boolean =>
  object.protocol_number !== undefined && object.orig_src !== undefined;

export const isOfUlogd = (object: JsonObject): boolean =>
  object['orig.ip.protocol'] !== undefined ||
  object['reply.ip.saddr.str'] !== undefined ||
  object['ct.event'] !== undefined;

export const isOfLuci = (object: JsonObject): boolean =>
  object.layer3 !== undefined && object.layer4 !== undefined && object.src !== undefined;

export const isOfCilium = ({ Key, Value }: JsonObject): boolean =>
  isObject(Key) && isObject(Value) && Key.NextHeader !== undefined;

/** Whether an object seems to hold a line of text, as log collectors store them. */
export const isOfCollector = ({ log, stream, MESSAGE, message }: JsonObject): boolean =>
  (typeof log === 'string' && stream !== undefined) ||
  typeof MESSAGE === 'string' ||
  [log, message].some(text => typeof text === 'string' && /\bsrc=|\bconntrack -[AI] |(?:^|\s)-A -/i.test(text));
