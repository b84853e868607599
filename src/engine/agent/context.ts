import type { Place } from '../../lang/checked/ast.js';
import type { Environment } from '../../lang/schema/environment.js';
import { CtqError } from '../errors.js';
import { kernelRelease } from '../kernel-release.js';
import type { QueryContext } from '../query/context.js';
import { abilitiesOf } from '../query/plan/pushdown.js';
import type { Source } from '../sources/source.js';
import type { JobQueueOptions } from './job-queue.js';

/** What queries run in on a member of a fleet: its own kernel, and no files. @param source opens a place */
export const agentContext =
  (environment: Environment, place: Place, source: (place: Place) => Source): JobQueueOptions['context'] =>
  ({ gateway, values }, signal, warn) => ({
    environment,
    variables: values,
    kernelFilter: true,
    abilities: ABILITIES,
    signal,
    place,
    gateway,
    source,
    snapshot: refuseFiles,
    stdin: refuseFiles,
    incomplete: ({ message }) => warn(message),
    warn,
  });

function refuseFiles(): never {
  throw new CtqError({ code: 'fleet-refused', kind: 'statement', message: 'an agent does not read files' });
}

const ABILITIES: QueryContext['abilities'] = abilitiesOf(kernelRelease());
