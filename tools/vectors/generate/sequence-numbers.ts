/** Sequence numbers: decoded, encoded, ordered and refused. */

import {
  endingSequenceNumber,
  formatSequenceNumber,
  parseSequenceNumber,
  type SequenceNumberParts,
  startingSequenceNumber,
  unwrap,
} from 'shardline';
import sent from '../../../test/recordings/sequence-number-cases.json' with { type: 'json' };
import published from '../../../test/recordings/sequence-numbers.json' with { type: 'json' };
import type { Case, VectorFile } from './vector-file.ts';

/** Returns the fields, bigints as decimal strings. */
function fieldsOf(parts: SequenceNumberParts): Case {
  return Object.fromEntries(
    Object.entries(parts).map(([name, value]) => [
      name,
      typeof value === 'bigint' ? value.toString() : value,
    ]),
  );
}

function decode(sequenceNumber: string, more: Case): Case {
  const parts = unwrap(parseSequenceNumber(sequenceNumber));
  const canonical = formatSequenceNumber(parts);
  return {
    kind: 'decode',
    sequenceNumber,
    ...(canonical !== sequenceNumber && { canonical }),
    fields: fieldsOf(parts),
    ...more,
  };
}

function encode(title: string, parts: SequenceNumberParts): Case {
  const sequenceNumber = formatSequenceNumber(parts);
  const fields = fieldsOf(unwrap(parseSequenceNumber(sequenceNumber)));
  return { kind: 'encode', title, fields, sequenceNumber };
}

function refused(sequenceNumber: string, source: string): Case {
  if (parseSequenceNumber(sequenceNumber).ok) throw new Error(`${sequenceNumber} is a number`);
  return { kind: 'refused', sequenceNumber, source };
}

/** Returns the lowest and the two highest values. */
function edges(max: number): number[] {
  return [0, max - 1, max];
}

const SECOND_MAX = 2 ** 36 - 1;
const CREATED_SECOND_MAX = 16_025_174_999;

function* encodings(): Generator<Case> {
  const created = 1_700_000_000_000;
  const v2 = {
    version: 2,
    shardIndex: 7,
    shardCreatedAtMs: created,
    sequenceIndex: 1234n,
    writtenAtMs: created + 60_000,
  } as const;
  for (const shardIndex of [0, 1, 15, 16, 17, 2 ** 31 - 2, 2 ** 31 - 1, -1, -(2 ** 31)]) {
    yield encode(`version 2, shard ${shardIndex}`, { ...v2, shardIndex });
  }
  for (const second of edges(CREATED_SECOND_MAX)) {
    const shardCreatedAtMs = second * 1000;
    yield encode(`version 2, shard created in second ${second}`, { ...v2, shardCreatedAtMs });
  }
  for (const second of edges(SECOND_MAX)) {
    const writtenAtMs = second * 1000;
    yield encode(`version 2, written in second ${second}`, { ...v2, writtenAtMs });
  }
  const word = 2n ** 32n;
  for (const sequenceIndex of [0n, 1n, word - 1n, word, word ** 2n / 2n - 1n]) {
    yield encode(`version 2, sequence index ${sequenceIndex}`, { ...v2, sequenceIndex });
  }
  for (const unknownByte of edges(255)) {
    yield encode(`version 2, unknown byte ${unknownByte}`, { ...v2, unknownByte });
  }
  const v1 = {
    ...v2,
    version: 1,
    sequenceIndex: 3n,
    randomBits: 0x1234_5678_9abc_den,
    unknownByte: 2,
  } as const;
  yield encode('version 1', v1);
  for (const shardIndex of [0, 16, 2 ** 31 - 1, -(2 ** 31)]) {
    yield encode(`version 1, shard ${shardIndex}`, { ...v1, shardIndex });
  }
  for (const sequenceIndex of [0n, 255n]) {
    yield encode(`version 1, sequence index ${sequenceIndex}`, { ...v1, sequenceIndex });
  }
  for (const randomBits of [0n, 1n, 2n ** 56n - 1n]) {
    yield encode(`version 1, random bits ${randomBits}`, { ...v1, randomBits });
  }
  const v0 = {
    version: 0,
    shardIndex: 7,
    shardCreatedAtMs: 1_380_000_000_000,
    randomBits: 0x1234_5678_9abc_def0n,
    unknownByte: 9,
  } as const;
  yield encode('version 0', v0);
  for (const shardIndex of edges(65_535)) {
    yield encode(`version 0, shard ${shardIndex}`, { ...v0, shardIndex });
  }
  for (const second of edges(CREATED_SECOND_MAX)) {
    const shardCreatedAtMs = second * 1000;
    yield encode(`version 0, shard created in second ${second}`, { ...v0, shardCreatedAtMs });
  }
  for (const randomBits of [0n, 2n ** 64n - 1n]) {
    yield encode(`version 0, random bits ${randomBits}`, { ...v0, randomBits });
  }
}

const CREATED_MS = 1_700_000_000_000;

/** The numbers of a shard and its children in order, and integers in order. */
function* orders(): Generator<Case> {
  const record = (sequenceIndex: bigint, writtenAtMs: number) =>
    formatSequenceNumber({
      version: 2,
      shardIndex: 0,
      shardCreatedAtMs: CREATED_MS,
      sequenceIndex,
      writtenAtMs,
    });
  yield {
    kind: 'order',
    title: 'a shard from its start to its end, and its child: the index counts more than the time',
    ascending: [
      startingSequenceNumber(0, CREATED_MS),
      record(1n, CREATED_MS + 9000),
      record(2n, CREATED_MS + 5000),
      record(2n, CREATED_MS + 6000),
      record(2n ** 32n, CREATED_MS),
      endingSequenceNumber(0, CREATED_MS, CREATED_MS + 10_000),
      startingSequenceNumber(1, CREATED_MS + 11_000),
      startingSequenceNumber(2, CREATED_MS + 11_000),
    ],
  };
  yield {
    kind: 'order',
    title: 'numbers are integers, not texts',
    ascending: ['0', '1', '9', '10', '99', '100', `1${'0'.repeat(55)}`, '9'.repeat(129)],
  };
}

function* cases(): Generator<Case> {
  for (const { number, tier, kind, source, shardId } of published.numbers) {
    if (tier === 'maybe-emulator') continue;
    const isRead = parseSequenceNumber(number).ok;
    const more = { of: kind, tier, source, ...(shardId !== undefined && { shardId }) };
    yield isRead ? decode(number, more) : refused(number, source);
  }
  for (const { hex, accepted, source } of sent.cases) {
    const sequenceNumber = BigInt(`0x${hex}`).toString();
    yield accepted
      ? decode(sequenceNumber, { tier: 'sent', source })
      : refused(sequenceNumber, source);
  }
  const pattern = 'service model, pattern of SequenceNumber: 0|([1-9]\\d{0,128})';
  for (const text of ['', '00', '01', '-1', '+1', '1.5', '1e3', '0x1', ' 1', 'abc']) {
    yield refused(text, pattern);
  }
  for (const text of ['TRIM_HORIZON', 'LATEST', 'AT_TIMESTAMP', 'SHARD_END']) {
    yield refused(text, 'sentinels of the Kinesis Client Library, no numbers');
  }
  yield* encodings();
  yield* orders();
}

export const sequenceNumbers: VectorFile = {
  name: 'sequence-numbers',
  description:
    'kind decode: a number and its fields; canonical is the number as the service prints it, where that differs. kind encode: fields and their number; decoding it gives the fields. kind order: numbers in ascending order, as integers. kind refused: text that is not a sequence number. Times in epoch milliseconds, whole seconds; sequenceIndex, randomBits and numbers in decimal.',
  source:
    'Published numbers with their source: tier real was given out by the service, doc is from its documentation, doctored is a real one edited by the writers of the documentation, sent was sent to the service by the tests of kinesalite. The layout: kinesalite and the Kinesis Client Library.',
  cases: [...cases()],
};
