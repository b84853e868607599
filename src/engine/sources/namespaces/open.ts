import { openKernel } from '../kernel/kernel.js';
import { namespaceIdentity, needsUserNamespace } from '../kernel/namespace.js';
import type { Opener, PlaceOf } from '../opener.js';
import { RelaySource } from '../remote/remote-source.js';
import { byNsenter } from '../remote/transport.js';
import { EveryNamespace } from './every-namespace.js';

/** `in netns blue`. Another namespace may have the name by now than when it was first opened. */
export const named: Opener<PlaceOf<'netns'>> = {
  open: ({ name }) => openKernel({ namespace: { name } }),
  identity: ({ name }) => namespaceIdentity({ name }),
};

/** `in pid 4711`: by another ctq where only nsenter(1) gets in. */
export const ofProcess: Opener<PlaceOf<'pid'>> = {
  open: ({ pid }, { program, lines }) =>
    program !== undefined && needsUserNamespace(pid)
      ? new RelaySource(byNsenter(pid, program), lines)
      : openKernel({ namespace: { pid } }),
  identity: ({ pid }) => namespaceIdentity({ pid }),
};

/** `in netns *`. */
export const every: Opener<PlaceOf<'every_netns'>> = {
  open: () => new EveryNamespace(name => openKernel({ namespace: { name } })),
};
