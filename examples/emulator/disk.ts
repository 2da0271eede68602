/**
 * The state of an emulator in two files: a snapshot of the account, written only when the account's
 * revision changes, and the records, appended one per line. So a put costs one line, however many
 * shards there are.
 */

import { appendFileSync, existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import {
  type Account,
  type AccountContext,
  type AccountSnapshot,
  parseShardId,
  restoreAccount,
  type StreamSnapshot,
  unwrap,
} from 'shardline';
import type { KeptRecord } from './record-store.ts';

/** A record in the file, with its data as base64. */
type RecordLine = Omit<KeptRecord, 'Data'> & { readonly Data: string };

export class Disk {
  readonly #snapshotFile: string;
  readonly #recordsFile: string;
  #revision: number | undefined;
  /** The records of the streams that were restored. */
  records: readonly KeptRecord[] = [];

  constructor(file: string) {
    this.#snapshotFile = file;
    this.#recordsFile = `${file}.records`;
  }

  /**
   * Restores the account, with the context of this run, or returns undefined if there is no file.
   *
   * @throws {KinesisError} If the files are damaged.
   */
  restore({ accountId: _, region: __, ...context }: AccountContext): Account | undefined {
    if (!existsSync(this.#snapshotFile)) return undefined;
    const snapshot = JSON.parse(readFileSync(this.#snapshotFile, 'utf8')) as AccountSnapshot;
    const streams = new Map(snapshot.streams.map(({ stream }) => [stream.streamName, stream]));
    const last = new Map<string, Map<string, string>>();
    this.records = this.#readRecords().filter(({ streamName, shardId }) =>
      hasShard(streams.get(streamName), shardId),
    );
    for (const { streamName, shardId, sequenceNumber } of this.records) {
      const numbers = last.get(streamName) ?? new Map<string, string>();
      last.set(streamName, numbers.set(shardId, sequenceNumber));
    }
    const lastSequenceNumbers = [...last].map(([name, numbers]): [string, string[]] => [
      name,
      [...numbers.values()],
    ]);
    const account = unwrap(restoreAccount(snapshot, { lastSequenceNumbers }));
    account.updateContext(context);
    // Rewrites the records without those of streams and shards that are gone.
    replaceFile(this.#recordsFile, this.records.map(lineOf).join(''));
    return account;
  }

  /** Saves a snapshot if the revision has changed. */
  save(account: Account): void {
    if (account.revision === this.#revision) return;
    replaceFile(this.#snapshotFile, JSON.stringify(account.snapshot()));
    this.#revision = account.revision;
  }

  append(record: KeptRecord): void {
    appendFileSync(this.#recordsFile, lineOf(record));
  }

  /**
   * Forgets the records of an earlier stream, when a new one gets its name. Call it before the
   * snapshot has the new stream: its shards have the same ids.
   */
  forget(streamName: string): void {
    appendFileSync(this.#recordsFile, `${JSON.stringify({ forget: streamName })}\n`);
  }

  /** Ignores a last line that a crash cut off: its put got no response. */
  #readRecords(): KeptRecord[] {
    if (!existsSync(this.#recordsFile)) return [];
    const lines = readFileSync(this.#recordsFile, 'utf8').split('\n').slice(0, -1);
    let records: KeptRecord[] = [];
    for (const line of lines) {
      const read = JSON.parse(line) as RecordLine | { readonly forget: string };
      if ('forget' in read)
        records = records.filter(({ streamName }) => streamName !== read.forget);
      else records.push({ ...read, Data: Buffer.from(read.Data, 'base64') });
    }
    return records;
  }
}

/** Replaces a file by a rename, so that a crash leaves either the old file or the new one. */
function replaceFile(path: string, text: string): void {
  writeFileSync(`${path}.new`, text);
  renameSync(`${path}.new`, path);
}

function lineOf(record: KeptRecord): string {
  const Data = Buffer.from(record.Data).toString('base64');
  return `${JSON.stringify({ ...record, Data })}\n`;
}

/**
 * Returns whether a stream has a shard that has not expired. The snapshot does not have the shards
 * that a reshard opens while it is pending.
 */
function hasShard(stream: StreamSnapshot | undefined, shardId: string): boolean {
  if (stream === undefined) return false;
  const index = unwrap(parseShardId(shardId));
  return (
    index >= stream.nextShardIndex || stream.shards.some((shard) => shard.shardIndex === index)
  );
}
