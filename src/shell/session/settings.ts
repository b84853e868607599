import { CtqError } from '../../engine/errors.js';
import { SETTING_NAMES, SETTINGS, type SettingName } from '../../lang/schema/settings.js';
import type { Value } from '../../lang/values/value.js';
import type { Options } from '../cli/options.js';

/** The settings and what they are now. */
export class Preferences {
  readonly #values = new Map<string, Value>(SETTING_NAMES.map(name => [name, SETTINGS[name].default]));

  get(name: SettingName): Value {
    return this.#values.get(name) ?? null;
  }

  /** @throws CtqError where a setting cannot be taken back */
  set(name: string, value: Value): void {
    if (name === 'read_only' && value === false && this.get('read_only') === true) {
      throw new CtqError({
        code: 'read-only',
        kind: 'statement',
        message: 'read_only cannot be turned off',
        hint: 'start ctq without --read-only',
      });
    }
    this.#values.set(name, value);
  }

  /** Options of the command line override the config file. */
  apply(options: Options): void {
    if (options.timing) this.#values.set('timing', true);
    if (options.readOnly) this.#values.set('read_only', true);
    if (options.color !== 'auto') this.#values.set('color', options.color);
    if (options.output.format !== undefined) this.#values.set('format', options.output.format);
    if (options.yes) this.#values.set('confirm', false);
    if (options.buffer !== undefined) this.#values.set('buffer', options.buffer);
  }

  all(): ReadonlyMap<string, Value> {
    return this.#values;
  }
}
