import type { Place } from '../../lang/check/checked-ast.js';
import { printable } from '../../lang/diagnostics/printable.js';
import { placePrompt } from '../../lang/schema/places.js';
import { fit } from '../display/width.js';

/** `ctq> `, with where statements go, and whether they may change anything there. @param mode of `promptMode` */
export const promptOf = (place: Place, mode: string): string =>
  `ctq${fit(printable(placePrompt(place)), 24, '…')}${mode}> `;
