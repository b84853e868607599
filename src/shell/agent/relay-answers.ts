import { agentContext } from '../../engine/agent/context.js';
import { JobQueue } from '../../engine/agent/job-queue.js';
import { relayQuery } from '../../engine/agent/relay-query.js';
import { machineEnvironment } from '../../engine/environment.js';
import type { AnswerQuery } from '../../engine/sources/remote/server.js';
import type { Source } from '../../engine/sources/source.js';
import { machineSurroundings } from '../../engine/surroundings.js';
import { HERE } from '../../lang/schema/places.js';

/** Answers the queries of a fleet that come over ssh: sshd(8) knows who asks. @param kernel what is read */
export function relayAnswers(kernel: Source, version: string): AnswerQuery {
  const environment = { ...machineEnvironment(), ...machineSurroundings() };
  const context = agentContext(environment, HERE, () => kernel);
  return relayQuery(new JobQueue({ version, environment, place: HERE, context, log: () => {} }), 'ssh');
}
