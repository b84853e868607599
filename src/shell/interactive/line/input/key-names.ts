/** A key that was pressed, or characters that came together. */
export interface Key {
  /** What the terminal sent. */
  readonly text: string;
  /** `text` for printable characters; else as in `enter`, `ctrl-a`, `alt-f`, `ctrl-left`; empty if unknown. */
  readonly name: string;
}

const CONTROLS: Readonly<Record<string, string>> = {
  '\r': 'enter',
  '\n': 'enter',
  '\t': 'tab',
  '\x7f': 'backspace',
  '\b': 'backspace',
  '\x1b': 'escape',
  '\x1f': 'ctrl-_',
  '\x1e': 'ctrl-^',
};

/** The final character of CSI and SS3 sequences (xterm's ctlseqs). */
const FINALS: Readonly<Record<string, string>> = {
  A: 'up',
  B: 'down',
  C: 'right',
  D: 'left',
  H: 'home',
  F: 'end',
  Z: 'shift-tab',
};

/** `CSI NUMBER ~` (VT220 and rxvt). */
const NUMBERED: Readonly<Record<string, string>> = {
  1: 'home',
  3: 'delete',
  4: 'end',
  5: 'pageup',
  6: 'pagedown',
  7: 'home',
  8: 'end',
};

/** xterm's modifiers: 1 and a bit for each of Shift, Alt, Ctrl. */
function withModifiers(name: string, modifiers: number): string {
  const bits = modifiers - 1;
  return `${(bits & 4) !== 0 ? 'ctrl-' : ''}${(bits & 2) !== 0 ? 'alt-' : ''}${(bits & 1) !== 0 ? 'shift-' : ''}${name}`;
}

/** The name of a key, from what the terminal sends for it. */
export function nameOf(text: string): string {
  if (text[0] !== '\x1b') {
    const control = CONTROLS[text];
    if (control !== undefined) return control;
    const code = text.charCodeAt(0);
    return code < 0x20 ? `ctrl-${String.fromCharCode(code + 0x60)}` : 'text';
  }
  if (text === '\x1b') return 'escape';
  const csi = /^\x1b(?:\[|O)(?:([\d]+)?(?:;(\d+))?)([A-Z~])$/.exec(text);
  if (csi) {
    const [, number, modifiers, final] = csi;
    const name = final === '~' ? NUMBERED[number] : FINALS[final];
    return name === undefined ? '' : modifiers === undefined ? name : withModifiers(name, Number(modifiers));
  }
  if (text.length > 2 && /^\x1b[[O]/.test(text)) return '';
  const rest = text.slice(1);
  const control = CONTROLS[rest];
  if (control !== undefined) return `alt-${control}`;
  return rest >= ' ' ? `alt-${rest}` : '';
}
