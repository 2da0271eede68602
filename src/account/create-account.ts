/**
 * Creates an account, or restores it from a snapshot.
 *
 * @module
 */

import { assertArray, assertString } from '../base/argument.ts';
import { mapValue, type Result } from '../base/fault.ts';
import { iterate } from '../base/lists.ts';
import { readOptions } from '../base/options.ts';
import type { Account } from './account.ts';
import { type AccountContext, resolveAccountContext } from './account-config.ts';
import { AccountMachine } from './account-machine.ts';
import { readAccountSnapshot } from './account-snapshot.ts';

/**
 * Creates an account without streams: all of an emulator except the protocol and the store.
 *
 * @example
 * ```ts
 * import { createAccount, unwrap } from 'shardline';
 *
 * const account = createAccount({ accountId: '123456789012', region: 'us-east-1' });
 * const nowMs = 1_700_000_000_000;
 * unwrap(account.call('CreateStream', { StreamName: 'orders', ShardCount: 3 }, nowMs));
 * const put = account.call(
 *   'PutRecord',
 *   { StreamName: 'orders', PartitionKey: 'e', Data: new Uint8Array(3) },
 *   nowMs,
 * );
 * put.ok && put.accepted.shardId; // => 'shardId-000000000002'
 * unwrap(account.call('ListStreams', {}, nowMs)).StreamNames; // => ['orders']
 * ```
 *
 * @throws {TypeError} If a member of the context is of the wrong type or has an unknown name.
 * @throws {RangeError} If a member of the context is out of range.
 */
export function createAccount(context: AccountContext): Account {
  const config = resolveAccountContext(context, 'context');
  return new AccountMachine({ config, streams: new Map(), revision: 0 });
}

const TITLE = 'options.lastSequenceNumbers';

/** How to restore an account. */
export interface RestoreAccountOptions {
  /**
   * For each stream that has records newer than the snapshot: its name, and the last sequence
   * number of each shard that has such records. A Map, or pairs.
   */
  readonly lastSequenceNumbers?: Iterable<readonly [string, Iterable<string>]> | undefined;
}

/**
 * Restores an account from a snapshot. The snapshot is not trusted: all of it is checked.
 *
 * @example
 * ```ts
 * import { createAccount, restoreAccount, unwrap } from 'shardline';
 *
 * const account = createAccount({ accountId: '123456789012', region: 'us-east-1' });
 * unwrap(account.call('CreateStream', { StreamName: 'orders', ShardCount: 3 }, 0));
 * const text = JSON.stringify(account.snapshot());
 * JSON.stringify(unwrap(restoreAccount(JSON.parse(text))).snapshot()) === text; // => true
 * ```
 *
 * @param options.lastSequenceNumbers Needed if there are records newer than the snapshot: the last
 *   sequence numbers of each stream, as for `restoreStream`. The snapshot must have the account's
 *   last `revision`.
 * @returns The account, or an `InvalidSnapshot` fault that says what is wrong and where.
 * @throws {TypeError} If an option has an unknown name, or the numbers are not pairs.
 */
export function restoreAccount(
  snapshot: unknown,
  options: RestoreAccountOptions = {},
): Result<Account> {
  const { lastSequenceNumbers = [] } = readOptions(options, ['lastSequenceNumbers'], 'options');
  const numbers = new Map<string, Iterable<string>>();
  for (const pair of iterate(lastSequenceNumbers, `${TITLE} must be a Map or pairs`)) {
    assertArray(pair, `a member of ${TITLE}`);
    const [name, numbersOfStream] = pair;
    assertString(name, `a name in ${TITLE}`);
    numbers.set(name, numbersOfStream as Iterable<string>);
  }
  const state = readAccountSnapshot(snapshot, numbers);
  return mapValue(state, (read) => new AccountMachine(read));
}
