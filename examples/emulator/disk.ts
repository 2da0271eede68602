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
  parseSequenceNumber,
  restoreAccount,
  type StreamSnapshot,
  unwrap,
} from 'shardline';
import type { KeptRecord } from './record-store.ts';

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
    this.records = this.#readRecords().filter((record) =>
      isOf(streams.get(record.streamName), record),
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

  /** Ignores a last line that a crash cut off: its put got no response. */
  #readRecords(): KeptRecord[] {
    if (!existsSync(this.#recordsFile)) return [];
    const lines = readFileSync(this.#recordsFile, 'utf8').split('\n').slice(0, -1);
    return lines.map((line) => {
      const record = JSON.parse(line) as Omit<KeptRecord, 'Data'> & { readonly Data: string };
      return { ...record, Data: Buffer.from(record.Data, 'base64') };
    });
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
 * Returns whether a record belongs to a shard of the stream, not to an earlier stream of the same
 * name. A shard that is not in the snapshot was opened by a reshard that is pending in it.
 */
function isOf(stream: StreamSnapshot | undefined, { sequenceNumber }: KeptRecord): boolean {
  const parts = unwrap(parseSequenceNumber(sequenceNumber));
  if (stream === undefined || parts.version !== 2) return false;
  const { shardIndex, shardCreatedAtMs } = parts;
  const shard = stream.shards.find((known) => known.shardIndex === shardIndex);
  return shard === undefined
    ? stream.pending !== null && shardIndex >= stream.nextShardIndex
    : shard.createdAtMs === shardCreatedAtMs;
}
