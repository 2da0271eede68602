/**
 * Which SequenceNumberForOrdering the service accepts (kinesalite's tests, run on AWS in 2018).
 * Each is sent to streams in several states.
 */

import { describe, expect, it } from 'vitest';
import { faultOf, NAME, recordOf, revive, split, streamOf, T0 } from '../support/streams.ts';
import { cases } from './sequence-number-cases.json' with { type: 'json' };

function streams() {
  const resharded = streamOf(1);
  split(resharded, '0', 100n, T0);
  return [streamOf(1), streamOf(5), resharded, revive(streamOf(2, { throughput: 'unlimited' }))];
}

describe('SequenceNumberForOrdering', () => {
  it.each(cases)('$title is accepted: $accepted', ({ hex, accepted }) => {
    const SequenceNumberForOrdering = BigInt(`0x${hex}`).toString();
    for (const stream of streams()) {
      const before = stream.snapshot();
      const put = stream.putRecord(recordOf(10, { SequenceNumberForOrdering }), T0);
      expect(put.ok).toBe(accepted);
      if (put.ok) continue;
      expect(faultOf(put)).toBe(
        `InvalidArgumentException: ExclusiveMinimumSequenceNumber ${SequenceNumberForOrdering} used in PutRecord on stream ${NAME} under account 123456789012 is invalid.`,
      );
      expect(stream.snapshot()).toEqual(before);
    }
  });
});
