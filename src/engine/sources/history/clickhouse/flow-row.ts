import { RECORDED, type RecordedField, type Stored } from '../../../../lang/schema/history.js';
import type { Value } from '../../../../lang/values/value.js';
import { store } from '../columns.js';
import type { ByteWriter } from './row-binary.js';

type Cell = number | bigint | string | null;

/** Writes a value as the columns of a field in the table `flows`. */
export function writeValue(row: ByteWriter, field: RecordedField, value: Value): void {
  const { stored } = RECORDED[field];
  // What every row has is not nullable.
  const isNullable = field !== 'gateway' && field !== 'event' && field !== 'stop';
  const write = (cell: Cell): void => {
    if (isNullable) row.u8(cell === null ? 1 : 0);
    if (cell !== null) writeCell(row, stored, cell);
  };
  if (stored === 'address') write(value as Cell);
  else store(stored, value, write);
}

function writeCell(row: ByteWriter, stored: Stored, cell: Exclude<Cell, null>): void {
  switch (stored) {
    case 'address':
      row.address(cell as number | string);
      break;
    case 'text':
      row.text(cell as string);
      break;
    case 'event':
    case 'u8':
      row.u8(cell as number);
      break;
    case 'u16':
      row.u16(cell as number);
      break;
    case 'u32':
      row.u32(cell as number);
      break;
    case 'time':
      row.i64(cell as bigint);
      break;
    default:
      row.u64(cell as bigint);
  }
}
