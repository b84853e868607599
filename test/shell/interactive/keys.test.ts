import { PassThrough } from 'node:stream';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Keys } from '../../../src/shell/interactive/line/input/keys.js';
import { until } from '../../kit/until.js';

const test = suite('keys');

function keysOf() {
  const terminal = new PassThrough();
  const heard: string[] = [];
  const keys = new Keys(terminal, {
    interrupted: () => heard.push('interrupted'),
    key: ({ text, name }) => heard.push(name === 'text' ? text : `<${name}>`),
    pasted: text => heard.push(`paste ${JSON.stringify(text)}`),
    answered: sequence => heard.push(`answer ${JSON.stringify(sequence)}`),
    idle: () => {},
    ended: () => heard.push('ended'),
  });
  keys.start();
  const send = async (...chunks: string[]): Promise<string[]> => {
    for (const chunk of chunks) {
      terminal.write(chunk);
      await new Promise(resolve => setImmediate(resolve));
    }
    return heard;
  };
  return { keys, heard, send, terminal };
}

/** [what the terminal sends, in pieces; what is delivered] */
const SENT: readonly (readonly [readonly string[], readonly string[]])[] = [
  [['select\r'], ['select', '<enter>']],
  [['a\tb\x7f'], ['a', '<tab>', 'b', '<backspace>']],
  [['\x1b[A\x1bOB\x1b[1;5C\x1b[3~\x1b[Z'], ['<up>', '<down>', '<ctrl-right>', '<delete>', '<shift-tab>']],
  [['\x1bf\x1b\r\x1b\x7f'], ['<alt-f>', '<alt-enter>', '<alt-backspace>']],
  [['\x1b', '[', 'A'], ['<up>']],
  [
    ['x\x1b]11;rgb:ffff/ff', 'ff/ffff\x1b', '\\y'],
    ['x', 'answer "\\u001b]11;rgb:ffff/ffff/ffff\\u001b\\\\"', 'y'],
  ],
  [['\x1b[?62;4cz'], ['answer "\\u001b[?62;4c"', 'z']],
  [
    ['a\x1b[20', '0~one\r\ntw\x1b[31mo\tx\x1b[20', '1~b'],
    ['a', 'paste "one\\ntw[31mo  x"', 'b'],
  ],
];
for (const [chunks, wanted] of SENT) {
  test(JSON.stringify(chunks), async () => {
    const { keys, send } = keysOf();
    assert.equal(await send(...chunks), wanted);
    keys.release();
  });
}

test('what is set aside comes before what has come since, with the rest of a paste that had begun', async () => {
  const { keys, heard, send } = keysOf();
  keys.stop();
  await send('a\x1b[200~one\r');
  const putBack = keys.setAside();
  keys.start();
  assert.equal(await send('y\r\x1b[20', '1~n\r'), ['n', '<enter>']);
  keys.stop();
  await send('b');
  putBack(false);
  keys.start();
  assert.equal(heard.slice(2), ['a', 'paste "one\\ny\\n"', 'b']);
  keys.release();
});

test('an escape character that nothing follows is the Escape key', async () => {
  const { keys, heard, send } = keysOf();
  await send('a\x1b');
  await until('the Escape key', () => heard.length === 2);
  assert.equal(heard, ['a', '<escape>']);
  keys.release();
});

test('for vi, characters that come together are keys of their own', async () => {
  const { keys, send } = keysOf();
  keys.isVi = true;
  assert.equal(await send('\x1b/äx\x1b[A'), ['<escape>', '/', 'ä', 'x', '<up>']);
  keys.release();
});

test('what is typed while keys are held or not read comes later, Ctrl-C at once', async () => {
  const { keys, heard, send } = keysOf();
  const deliver = keys.hold();
  await send('typed');
  assert.equal(heard, []);
  deliver();
  assert.equal(heard, ['typed']);
  keys.stop();
  await send('lost\x03kept');
  assert.equal(heard, ['typed', 'interrupted']);
  keys.start();
  assert.equal(heard, ['typed', 'interrupted', 'kept']);
  keys.release();
});

test('Ctrl-C drops what was typed before a live view took the keys', async () => {
  const { keys, heard, send } = keysOf();
  keys.stop();
  await send('typed too early\r');
  const diverted: string[] = [];
  const end = keys.divert(pressed => diverted.push(pressed));
  await send('p', '\x03');
  end();
  keys.start();
  await send('next');
  assert.equal(diverted, ['p']);
  assert.equal(heard, ['interrupted', 'next']);
  keys.release();
});

test('the rest of a paste comes before what was typed since', async () => {
  const { keys, heard, send } = keysOf();
  keys.stop();
  await send('later');
  keys.pasteLater('rest\n');
  keys.start();
  assert.equal(heard, ['paste "rest\\n"', 'later']);
  keys.release();
});

test.run();
