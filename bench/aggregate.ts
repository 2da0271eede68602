/** How long does it take to pack records into an aggregated record, and to open it? */

import { createHash } from 'node:crypto';
import { aggregateRecords, deaggregateRecord, type KeyedRecord } from '../dist/aggregation.js';
import { loadPeer, mediansMs, printTable, randomKeys } from './support.ts';

interface PeerRecord {
  readonly partitionKey: string;
  readonly data: Buffer;
}

interface AwsKinesisAgg {
  aggregate(
    records: readonly PeerRecord[],
    onReady: (encoded: { readonly data: Buffer }, done: () => void) => void,
    onFlush: () => void,
    onError: (error: Error) => void,
  ): void;
  deaggregateSync(
    record: { readonly partitionKey: string; readonly data: string },
    checksums: boolean,
    onRecords: (error: Error | undefined, records: readonly PeerRecord[]) => void,
  ): void;
}

interface Protobufjs {
  parse(schema: string): {
    readonly root: {
      lookupType(name: string): {
        create(message: object): object;
        encode(message: object): { finish(): Uint8Array };
        decode(bytes: Uint8Array): { readonly records: readonly object[] };
      };
    };
  };
}

const aws = loadPeer<AwsKinesisAgg>('aws-kinesis-agg');
const Message = loadPeer<Protobufjs>('protobufjs')
  .parse(
    `syntax = "proto2";
    message AggregatedRecord {
      repeated string partition_key_table = 1;
      repeated string explicit_hash_key_table = 2;
      repeated Record records = 3;
    }
    message Tag { required string key = 1; optional string value = 2; }
    message Record {
      required uint64 partition_key_index = 1;
      optional uint64 explicit_hash_key_index = 2;
      required bytes data = 3;
      repeated Tag tags = 4;
    }`,
  )
  .root.lookupType('AggregatedRecord');

const MAGIC = Buffer.from('f3899ac2', 'hex');

function seal(message: Uint8Array): Buffer {
  return Buffer.concat([MAGIC, message, createHash('md5').update(message).digest()]);
}

/** Returns the message object for protobufjs. Callers of a protobuf library build the tables. */
function messageOf(records: readonly KeyedRecord[]): object {
  const indexes = new Map<string, number>();
  const list = records.map(({ PartitionKey, Data }) => {
    const index = indexes.get(PartitionKey) ?? indexes.size;
    indexes.set(PartitionKey, index);
    return { partitionKeyIndex: index, data: Data };
  });
  return { partitionKeyTable: [...indexes.keys()], records: list };
}

const rows: Record<string, number[]> = {
  'shardline aggregateRecords': [],
  'aws-kinesis-agg aggregate': [],
  'protobufjs and node:crypto, encode': [],
  'shardline deaggregateRecord': [],
  'aws-kinesis-agg deaggregateSync': [],
  'protobufjs and node:crypto, decode': [],
};
const columns: string[] = [];

for (const [count, bytes, keyCount] of [
  [400, 32, 400],
  [400, 100, 400],
  [400, 100, 16],
  [50, 1000, 50],
] as const) {
  columns.push(`${count} of ${bytes} B, ${keyCount} keys`);
  const keys = randomKeys(16);
  const records = Array.from({ length: count }, (_, i) => ({
    Data: new Uint8Array(bytes).fill(i),
    PartitionKey: keys[i % keyCount]!,
  }));
  const peerRecords = records.map(({ Data, PartitionKey }) => ({
    partitionKey: PartitionKey,
    data: Buffer.from(Data),
  }));
  const pack = (): Uint8Array => {
    const result = aggregateRecords(records);
    if (!result.ok) throw new Error(result.fault.message);
    return result.value.Data;
  };
  // It packs in a later turn of the event loop.
  const packWithAws = (): Promise<Buffer> =>
    new Promise((resolve, reject) => {
      const onReady = (encoded: { readonly data: Buffer }, done: () => void): void => {
        resolve(encoded.data);
        done();
      };
      aws.aggregate(peerRecords, onReady, () => {}, reject);
    });
  const packWithProtobufjs = (): Buffer =>
    seal(Message.encode(Message.create(messageOf(records))).finish());

  // All start from base64, as Lambda functions do, because the peer accepts nothing else.
  const frame = pack();
  const peerRecord = { partitionKey: 'a', data: Buffer.from(frame).toString('base64') };
  const bytesOf = (): Buffer => Buffer.from(peerRecord.data, 'base64');
  const open = () => deaggregateRecord({ Data: bytesOf(), PartitionKey: 'a' }).records;
  const openWithAws = (): readonly PeerRecord[] => {
    let opened: readonly PeerRecord[] = [];
    aws.deaggregateSync(peerRecord, true, (error, all) => {
      if (error) throw error;
      opened = all;
    });
    return opened;
  };
  const openWithProtobufjs = (): readonly object[] => {
    const all = bytesOf();
    const message = all.subarray(4, -16);
    const digest = createHash('md5').update(message).digest();
    if (digest.compare(all.subarray(-16)) !== 0) throw new Error('the digests differ');
    return Message.decode(message).records;
  };

  // All must pack to the same bytes and open the same records.
  for (const packed of [await packWithAws(), packWithProtobufjs()]) {
    if (packed.compare(frame) !== 0) throw new Error('a peer packs other bytes');
  }
  const plain = openWithAws().map((one) => [one.partitionKey, one.data.toString('base64')]);
  const ours = open().map((one) => [one.PartitionKey, Buffer.from(one.Data).toString('base64')]);
  if (JSON.stringify(plain) !== JSON.stringify(ours)) throw new Error('a peer opens others');
  if (openWithProtobufjs().length !== count) throw new Error('protobufjs opens others');

  const calls = [pack, packWithAws, packWithProtobufjs, open, openWithAws, openWithProtobufjs];
  for (const [i, ms] of (await mediansMs(calls)).entries()) {
    Object.values(rows)[i]!.push((ms * 1e6) / count);
  }
}

printTable(columns, rows, 'record');
