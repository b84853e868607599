import type { OwnConnection, Surroundings } from '../lang/schema/environment.js';
import { ownSshConnections, parseSshConnection } from './own-ssh.js';
import { firstCells, shapeOfFile } from './sources/data-file/peek.js';
import { groupsOf, readFleet } from './sources/fleet/members.js';

/** What few statements need of this machine: files, the SSH connections of the user, the fleet. */
export function machineSurroundings(): Surroundings {
  let own: readonly OwnConnection[] | undefined;
  return {
    fileShape: shapeOfFile,
    firstCells,
    ownConnections: () => {
      own ??= ownSshConnections(process.env).flatMap(value => parseSshConnection(value) ?? []);
      return own;
    },
    fleet: () => {
      try {
        const fleet = readFleet();
        return { groups: groupsOf(fleet), members: fleet.members.map(({ name }) => name) };
      } catch {
        return undefined;
      }
    },
  };
}
