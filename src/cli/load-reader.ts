/**
 * Meters the load in a file of keys or records.
 *
 * @module
 */

import { deaggregateRecord } from '../aggregation/deaggregate-record.ts';
import { explainReport, type LoadVerdict } from '../load/explain-load.ts';
import { createLoadMeter, type LoadReport } from '../load/load-meter.ts';
import { tighterUnit, type Unit } from '../load/shard-limits.ts';
import type { ShardMap } from '../sharding/shard-map.ts';
import { readKeys } from './key-reader.ts';
import { type LineRecord, readRecords } from './record-reader.ts';

/** The measured load of a stream. */
export interface MeteredLoad {
  readonly report: LoadReport;
  readonly verdicts: readonly LoadVerdict[];
  /** True if the size of every record is known. Without sizes, bytes are those of the keys. */
  readonly hasBytes: boolean;
  /** How many aggregated records were opened. */
  readonly aggregates: number;
  /**
   * The units that may be compared with the limits of a shard: bytes if all are known, and records
   * unless aggregated records were opened, because the service counts those as one record each.
   */
  readonly limited: readonly Unit[];
  /** What the load is measured in: the unit of the tighter limit. */
  readonly unit: Unit;
}

export interface LoadReading {
  /** True if the lines are records as JSON, false if they are partition keys. */
  readonly isRecords: boolean;
  readonly map: ShardMap;
  readonly isProgressShown: boolean;
}

/**
 * The number of parts of the key space, in addition to the borders of shards: the possible places
 * of a split.
 */
const BINS = 1024;

/** The meter has 16 bytes per part and second: some 70 MB at most. */
const COUNTERS_MAX = 1 << 22;

const SECONDS_MAX = 3600;

const NO_DATA = new Uint8Array(0);

/**
 * Meters a file. Invalid lines are reported on standard error and skipped.
 *
 * @param file A path, or `-` for standard input.
 * @throws {InputError} If the input cannot be read.
 */
export async function meterFile(file: string, options: LoadReading): Promise<MeteredLoad> {
  const { isRecords, map, isProgressShown } = options;
  const seconds = Math.floor(COUNTERS_MAX / (BINS + map.shards.length));
  const meter = createLoadMeter({
    bins: BINS,
    seconds: Math.max(1, Math.min(SECONDS_MAX, seconds)),
    shardMap: map,
  });
  let hasBytes = isRecords;
  let aggregates = 0;
  const addRecord = ({ Data = NO_DATA, hasContent, atMs, ...keys }: LineRecord): void => {
    const opened = hasContent ? deaggregateRecord({ Data, ...keys }) : undefined;
    if (opened?.kind === 'aggregate') aggregates++;
    for (const record of opened?.records ?? [{ Data, ...keys }]) meter.add(record, atMs);
  };
  if (isRecords) {
    for await (const records of readRecords(file, { isProgressShown })) {
      for (const record of records) {
        if (record.Data === undefined) hasBytes = false;
        addRecord(record);
      }
    }
  } else {
    for await (const { packed, offsets, count } of readKeys(file, { isProgressShown })) {
      const bytes = Buffer.from(packed.buffer, packed.byteOffset, offsets[count]);
      for (let i = 0; i < count; i++) {
        const PartitionKey = bytes.toString('utf8', offsets[i], offsets[i + 1]);
        meter.add({ PartitionKey, Data: NO_DATA });
      }
    }
  }
  return judgeLoad(meter.report(map), map.shards, { hasBytes, aggregates });
}

/** Decides what a report is measured in, and what would help. */
export function judgeLoad(
  report: LoadReport,
  shards: ShardMap['shards'],
  { aggregates, ...known }: Pick<MeteredLoad, 'hasBytes' | 'aggregates'>,
): MeteredLoad {
  const hasBytes = known.hasBytes && report.records > 0;
  const limited: Unit[] = [
    ...(hasBytes ? ['bytes' as const] : []),
    ...(aggregates === 0 ? ['records' as const] : []),
  ];
  const verdicts = explainReport(report, shards, limited);
  return { report, verdicts, hasBytes, aggregates, limited, unit: tighterUnit(report, limited) };
}
