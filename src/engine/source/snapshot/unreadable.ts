/** Why a line (or an element, an object) is no entry. Never leaves this folder: such lines are counted and passed over. */
export class Unreadable extends Error {
  override readonly name = 'Unreadable';
}
