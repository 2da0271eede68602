/**
 * The revision of a stream or an account changes exactly when its snapshot changes by more than
 * sequence numbers, arrival times, token buckets and turns under AUTO. A refused call changes
 * nothing at all.
 */

import fc from 'fast-check';
import { createAccount, type OperationName, restoreAccount, unwrap } from 'shardline';
import { describe, expect, it } from 'vitest';
import { accountCalls, lifeOf, withoutNumbers } from '../support/account-calls.ts';
import '../support/arbitraries.ts';
import { CONTEXT, NAME, T0 } from '../support/streams.ts';

describe('the revision', () => {
  it('changes if and only if the snapshot does, apart from its numbers', () => {
    const made = new Set<OperationName>();
    fc.assert(
      fc.property(lifeOf(accountCalls()), ({ context, calls }) => {
        const account = createAccount({ ...CONTEXT, ...context });
        for (const { operation, request, nowMs } of calls) {
          const before = { revision: account.revision, snapshot: account.snapshot() };
          const stream = account.stream(NAME);
          const streamBefore = stream && { is: stream.revision, snapshot: stream.snapshot() };
          const result = account.call(operation, request as never, nowMs) as { ok: boolean };
          if (result.ok) made.add(operation);
          const after = account.snapshot();
          if (!result.ok) expect(after).toEqual(before.snapshot);
          const isChanged = withoutNumbers(after) !== withoutNumbers(before.snapshot);
          expect([operation, account.revision !== before.revision]).toEqual([operation, isChanged]);
          if (stream === undefined || account.stream(NAME) !== stream) continue;
          const isStreamChanged =
            withoutNumbers(stream.snapshot()) !== withoutNumbers(streamBefore!.snapshot);
          expect(stream.revision !== streamBefore!.is).toBe(isStreamChanged);
        }
      }),
    );
    // What cannot succeed: a stream that is subscribed to needs its consumer's exact ARN.
    expect(made.size).toBeGreaterThan(30);
  });

  it('does not change if the context stays as it is', () => {
    const account = createAccount(CONTEXT);
    unwrap(account.call('CreateStream', { StreamName: NAME, ShardCount: 1 }, T0));
    const stream = account.stream(NAME)!;
    const before = [account.revision, stream.revision];
    for (const changes of [{}, { throughput: 'enforced' as const }, { transitionMs: 0 }]) {
      account.updateContext(changes);
      expect([account.revision, stream.revision]).toEqual(before);
    }
    account.updateContext({ transitionMs: 1 });
    expect(account.revision).not.toBe(before[0]);
    expect(stream.revision).not.toBe(before[1]);
    expect(account.snapshot().streams[0]!.stream.context.updatingMs).toBe(1);
  });
});

describe('restoreAccount', () => {
  it('restores an account that returns what the original returns', () => {
    fc.assert(
      fc.property(lifeOf(accountCalls()), fc.nat(), ({ context, calls }, cut) => {
        const account = createAccount({ ...CONTEXT, ...context });
        const at = cut % (calls.length + 1);
        for (const { operation, request, nowMs } of calls.slice(0, at)) {
          account.call(operation, request as never, nowMs);
        }
        const other = unwrap(restoreAccount(JSON.parse(JSON.stringify(account.snapshot()))));
        expect(other.snapshot()).toEqual(account.snapshot());
        for (const { operation, request, nowMs } of calls.slice(at)) {
          if (operation === 'GetRecords') continue;
          expect(other.call(operation, request as never, nowMs)).toEqual(
            account.call(operation, request as never, nowMs),
          );
        }
        expect(other.snapshot()).toEqual(account.snapshot());
      }),
    );
  });
});
