import type { Typed } from '../../../../lang/checked/ast.js';
import { type EvalContext, withoutRow } from '../../../../lang/evaluate/evaluate.js';
import type { Value } from '../../../../lang/values/value.js';
import { contextAt } from '../../../ctnetlink/row-context.js';
import { MessageView } from '../../../ctnetlink/view/view.js';
import type { Sink } from '../../../formats/sink.js';
import { malformedAnswer } from '../../../sources/fleet/protocol/protocol.js';
import { checkMessages } from '../../../sources/remote/frames.js';
import type { Iteration } from '../iteration.js';
import { Pipeline } from '../pipeline.js';
import type { Pace } from '../steps.js';
import { argsOfNames, GroupReader, RowReader, WholeAnswer } from './collect.js';
import type { Division } from './division.js';
import { gatewayValues } from './gateway.js';

/** Takes the parts of one member. */
interface Taker {
  /** @returns false if nothing more is needed of any member. @throws CtqError for an invalid part */
  part(part: Uint8Array): Promise<boolean>;
  /** The answer is complete. */
  end(): Promise<boolean>;
}

/** Brings the answers of all members together. */
export interface Merging {
  taker(gateway: string): Taker;
  /** Passes on what was held. */
  finish(iteration: Iteration): Promise<void>;
  rows(): number;
  isMet(): boolean;
}

export function mergingOf(
  division: Division,
  reading: EvalContext<MessageView>,
  sink: Sink,
  pace: Pace,
  isStrict: boolean,
): Merging {
  switch (division.wanted) {
    case 'groups':
      return mergeGroups(division, reading, sink, pace);
    case 'rows':
      return mergeRows(division, reading, sink, pace, isStrict);
    case 'entries':
      return mergeEntries(division, reading, sink, pace, isStrict);
  }
}

function mergeGroups({ select }: Division, reading: EvalContext<MessageView>, sink: Sink, pace: Pace): Merging {
  const { keys, aggregates } = select.grouping ?? { keys: [], aggregates: [] };
  const pipeline = new Pipeline<MessageView>(select, reading, sink, NO_ENTRIES);
  const of = withoutRow(reading as EvalContext<never>);
  const names = argsOfNames(aggregates).map(arg => arg && gatewayValues([arg], of)[0]);
  const reader = new GroupReader(keys, aggregates, gatewayValues(keys, of), names);
  return {
    taker: gateway => {
      const whole = new WholeAnswer();
      return {
        part: async part => {
          whole.add(part);
          return true;
        },
        end: async () => {
          await pace.run(reader.read(whole.take(), gateway, (values, states) => pipeline.merge(values, states)));
          return true;
        },
      };
    },
    finish: ({ seconds }) => pace.run(pipeline.finishing(seconds)),
    rows: () => pipeline.emitted,
    isMet: () => pipeline.isMet,
  };
}

const NO_ENTRIES = { emit: () => {}, keep: <Row>(row: Row): Row => row };

function mergeRows(
  { select, order, shown }: Division,
  reading: EvalContext<MessageView>,
  sink: Sink,
  pace: Pace,
  isStrict: boolean,
): Merging {
  const columns = select.columns ?? [];
  const at = (index: number): Typed => ({ kind: 'key', index, type: columns[index].expr.type });
  const of = withoutRow(reading as EvalContext<never>);
  const pipeline = new Pipeline(
    {
      ...select,
      where: undefined,
      columns: columns.slice(0, shown).map((column, index) => ({ ...column, expr: at(index) })),
      orderBy: order.map(({ column, descending }) => ({ expr: at(column), descending })),
    },
    { ...of, key: index => (row: readonly Value[]) => row[index] },
    sink,
    NO_ENTRIES,
  );
  const own = gatewayValues(
    columns.map(({ expr }) => expr),
    of,
  );
  const types = columns.map(({ expr }) => expr.type);
  const taker = (gateway: string): Taker => {
    const reader = new RowReader(types, own);
    return {
      part: async part => {
        for (const row of reader.push(part, gateway)) {
          if (!pipeline.push(row)) return false;
          if (pipeline.isDue) await pace.run(pipeline.catchUp());
        }
        const pause = pace.pause();
        if (pause !== undefined) await pause;
        return true;
      },
      end: async () => {
        reader.end();
        return true;
      },
    };
  };
  return heldOrNot(taker, pipeline, pace, isStrict, order.length > 0 || select.limit !== undefined || select.distinct);
}

function mergeEntries(
  { select }: Division,
  reading: EvalContext<MessageView>,
  sink: Sink,
  pace: Pace,
  isStrict: boolean,
): Merging {
  const pipeline = new Pipeline({ ...select, where: undefined }, reading, sink, {
    emit: (view: MessageView) => sink.entry(view),
    keep: view => view.keep(),
  });
  const now = reading.now ?? 0;
  const taker = (gateway: string): Taker => {
    const context = contextAt(now, { gateway });
    const view = new MessageView();
    return {
      part: async part => {
        // A copy of its own: messages begin at a multiple of four.
        const bytes = new Uint8Array(part);
        checkEntries(bytes);
        view.context = context;
        for (let next = 0; next < bytes.length; ) {
          next = view.set(bytes, next);
          if (!pipeline.push(view)) return false;
          if (pipeline.isDue) await pace.run(pipeline.catchUp());
        }
        const pause = pace.pause();
        if (pause !== undefined) await pause;
        return true;
      },
      end: async () => true,
    };
  };
  return heldOrNot(taker, pipeline, pace, isStrict, select.orderBy.length > 0 || select.limit !== undefined);
}

function checkEntries(bytes: Uint8Array<ArrayBuffer>): void {
  try {
    checkMessages(bytes);
  } catch {
    throw malformedAnswer();
  }
}

/** Rows are passed on as they arrive, or when the answer of their member is complete, or when all members have answered. */
function heldOrNot<Row>(
  takerOf: (gateway: string) => Taker,
  pipeline: Pipeline<Row>,
  pace: Pace,
  isStrict: boolean,
  isWhole: boolean,
): Merging {
  const held: (() => Promise<boolean>)[] = [];
  const taker = (gateway: string): Taker => {
    const direct = takerOf(gateway);
    if (!isStrict && !isWhole) return direct;
    const whole = new WholeAnswer();
    const pass = async (): Promise<boolean> => {
      for (const part of whole.take()) if (!(await direct.part(part))) return false;
      return direct.end();
    };
    return {
      part: async part => {
        whole.add(part);
        return true;
      },
      end: async () => {
        if (!isStrict) return pass();
        held.push(pass);
        return true;
      },
    };
  };
  return {
    taker,
    finish: async ({ seconds }) => {
      for (const pass of held) if (!(await pass())) break;
      await pace.run(pipeline.finishing(seconds));
    },
    rows: () => pipeline.emitted,
    isMet: () => pipeline.isMet,
  };
}
