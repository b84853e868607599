import { spawn } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { CtqError } from '../../engine/errors.js';

/**
 * `ctq demo`: the tour, which makes a network of its own (scripts/demo.js); `ctq demo fleet`: that of two gateways. The terminal is the
 * tour's.
 * @param rest the arguments
 * @returns its exit status
 */
export async function runDemo(rest: readonly string[]): Promise<number> {
  const [node, path] = process.argv;
  // A single executable has no files.
  const program = path === undefined || path === node ? '' : realpathSync(path);
  // dist/ctq.js, or src/shell/cli/start/main.ts.
  const script = ['..', '../../../..']
    .map(up => join(dirname(program), up, 'scripts/demo.js'))
    .find(each => program !== '' && existsSync(each));
  if (script === undefined)
    throw new CtqError({
      code: 'no-demo',
      kind: 'system',
      message: 'the demo is not part of this installation',
      hint: 'in a checkout of ctq: npm run demo',
    });
  const child = spawn(process.execPath, [script, ...rest], { stdio: 'inherit' });
  return new Promise((resolve, reject) => {
    // The terminal sends Ctrl-C to the tour too, which ends in its own way.
    const ignore = (): void => {};
    process.on('SIGINT', ignore);
    child.on('error', reject);
    child.on('close', code => {
      process.off('SIGINT', ignore);
      resolve(code ?? 1);
    });
  });
}
