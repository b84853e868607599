import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ERRNO, errnoName } from '../../src/engine/errno.js';
import { CtqError, type ErrorKind, internalError, kernelError, systemError } from '../../src/engine/errors.js';

const errors = suite('errors');

errors('only a defect asks for a report, and only a wrong statement ends with 2', () => {
  const exits: Record<ErrorKind, number> = {
    statement: 2,
    permission: 1,
    kernel: 1,
    input: 1,
    output: 1,
    system: 1,
    internal: 1,
  };
  for (const [kind, exit] of Object.entries(exits)) {
    const error = new CtqError({ code: 'x', kind: kind as ErrorKind, message: 'm' });
    assert.is(error.exitCode, exit);
    assert.is(/report/.test(error.hint ?? ''), kind === 'internal');
  }
});

errors('each error number has a name, and the kernel error says it', () => {
  for (const [name, number] of Object.entries(ERRNO)) {
    assert.is(errnoName(number), name);
    const error = kernelError(number, 'do it');
    assert.match(error.message, new RegExp(`^cannot do it: .*\\(${name}\\)$`));
    assert.equal(error.errno, { number, name });
    assert.is(error.operation, 'do it');
    assert.is(error.kind, name === 'EPERM' || name === 'EACCES' ? 'permission' : 'kernel');
  }
  assert.is(errnoName(4000), 'errno 4000');
  assert.is(kernelError(4000, 'do it').code, 'kernel-errno-4000');
});

errors('a missing privilege says which, and three ways out', () => {
  const { message, hint } = kernelError(ERRNO.EPERM, 'read the conntrack table');
  assert.match(message, /CAP_NET_ADMIN is missing in the user namespace that owns this network namespace/);
  assert.match(hint ?? '', /sudo.*unshare -Urn.*snapshot/);
});

errors('survive the way between threads', () => {
  for (const error of [
    kernelError(ERRNO.EEXIST, 'do it', 'words'),
    systemError(ERRNO.EIO, 'do it'),
    internalError('m'),
  ]) {
    const again = new CtqError(structuredClone(error.asData));
    assert.equal(again.asData, error.asData);
    assert.is(again.message, error.message);
    assert.equal(again.errno, error.errno);
  }
});

errors('what the kernel says cannot steer a terminal', () => {
  assert.match(kernelError(ERRNO.EINVAL, 'do it', 'a\x1b[2J\x9bb\u202e').message, /a\\x1b\[2J\\x9bb\\u202e$/);
});

errors.run();
