/**
 * 20,000 operations of simulated lives, held against the laws after each; a million by
 * `npm run soak`. The oracle is the books: a slow account in BigInt and node:crypto.
 *
 * LIFE_SEED, or else FC_SEED, adds a life of one's own seed.
 */

import { createStream, type PutRecordInput, restoreStream, type Stream } from 'shardline';
import { describe, expect, it } from 'vitest';
import { firstOperations } from './generator.ts';
import { type Library, type LifeReport, live } from './life.ts';
import { shrink } from './shrink.ts';

const OPERATIONS = 5000;
const SEEDS = [1, 2, 3, 4];
const ownSeed = process.env['LIFE_SEED'] ?? process.env['FC_SEED'];
if (ownSeed !== undefined) SEEDS.push(Number(ownSeed));

/** The shortest story found of a life that breaks a law, as lines; none if it breaks none. */
function storyOf(seed: number, count: number, library?: Library): string[] {
  const options = library === undefined ? {} : { library };
  const { failure } = live(firstOperations(seed, count), options);
  if (failure === undefined) return [];
  const operations = [...firstOperations(seed, failure.operations)];
  const lines: string[] = [];
  const tell = (line: string): void => void lines.push(line);
  live(shrink(operations, failure.law, library, 10 * count), { ...options, tell });
  return lines;
}

describe('a life', () => {
  const reports: LifeReport[] = [];

  it.each(SEEDS)(`keeps every law for ${OPERATIONS} operations of seed %i`, (seed) => {
    const report = live(firstOperations(seed, OPERATIONS));
    reports.push(report);
    if (report.failure === undefined) return;
    expect.fail(`seed ${seed}:\n${storyOf(seed, OPERATIONS).join('\n')}`);
  });

  it('meets every kind of operation and answer', () => {
    const answers = new Set(reports.flatMap((report) => [...report.answers.keys()]));
    const kinds = {
      create: ['LimitExceededException', 'ok'],
      put: [
        'DryRunOperationException',
        'InvalidArgumentException',
        'ProvisionedThroughputExceededException',
        'ResourceNotFoundException',
        'ValidationException',
        'ok',
      ],
      batch: ['InvalidArgumentException', 'ResourceNotFoundException', 'ValidationException', 'ok'],
      'record in a batch': ['ProvisionedThroughputExceededException', 'ok'],
      split: ['InvalidArgumentException', 'LimitExceededException', 'ResourceInUseException', 'ok'],
      merge: ['InvalidArgumentException', 'ResourceInUseException', 'ok'],
      scale: ['LimitExceededException', 'ResourceInUseException', 'ok'],
      increase: ['InvalidArgumentException', 'ok'],
      decrease: ['InvalidArgumentException', 'ok'],
      resize: ['ValidationException', 'ok'],
      list: ['ok'],
      save: ['ok'],
      crash: ['ok'],
    };
    const wanted = Object.entries(kinds).flatMap(([kind, codes]) =>
      codes.map((code) => `${kind} ${code}`),
    );
    expect(wanted.filter((answer) => !answers.has(answer))).toEqual([]);
  });

  it('is the same for the same seed, down to the last byte, and another for another', () => {
    const digests = [7, 7, 8].map((seed) => live(firstOperations(seed, 1000)).digest);
    expect(digests[0]).toMatch(/^[0-9a-f]{64}$/);
    expect(digests[1]).toBe(digests[0]);
    expect(digests[2]).not.toBe(digests[0]);
  });

  it('is data: it can be written down and lived again', () => {
    const operations = [...firstOperations(9, 500)];
    const again = live(JSON.parse(JSON.stringify(operations)));
    expect(again.digest).toBe(live(operations).digest);
  });
});

describe('a broken stream', () => {
  /** The library with some methods of its streams replaced. */
  function broken(breakIn: (stream: Stream) => Partial<Stream>): Library {
    const wrap = (stream: Stream): Stream => {
      const replaced = breakIn(stream);
      return new Proxy(stream, {
        get: (target, name) => {
          const method = replaced[name as keyof Stream] ?? target[name as keyof Stream];
          return method.bind(target);
        },
      });
    };
    return {
      createStream: (request, context, nowMs) => {
        const result = createStream(request, context, nowMs);
        return result.ok ? { ok: true, value: wrap(result.value) } : result;
      },
      restoreStream: (snapshot) => {
        const result = restoreStream(snapshot);
        return result.ok ? { ok: true, value: wrap(result.value) } : result;
      },
    };
  }

  const libraries: Record<string, [Library, law: string, lines: number]> = {
    'gives the last number again after a merge': [
      broken((stream) => {
        let isMerged = false;
        let last: ReturnType<Stream['putRecord']> | undefined;
        return {
          mergeShards: (request, nowMs) => {
            const result = stream.mergeShards(request, nowMs);
            isMerged ||= result.ok;
            return result;
          },
          putRecord: (request: PutRecordInput, nowMs: number) => {
            const result = stream.putRecord(request, nowMs);
            const previous = last;
            if (result.ok) last = result;
            return isMerged && result.ok && previous?.ok ? previous : result;
          },
        };
      }),
      'a record is on the one shard that owned its hash key',
      6,
    ],
    'lets arrival times run backwards': [
      broken((stream) => ({
        putRecord: (request, nowMs) => {
          const result = stream.putRecord(request, nowMs);
          if (!result.ok) return result;
          return { ...result, accepted: { ...result.accepted, arrivedAtMs: nowMs } };
        },
      })),
      'arrival times never run backwards',
      5,
    ],
    'keeps a record that it refused': [
      broken((stream) => ({
        putRecords: (request, nowMs) => {
          const result = stream.putRecords(request, nowMs);
          if (!result.ok) return result;
          const [kept] = result.accepted.filter((record) => record !== undefined);
          return { ...result, accepted: result.accepted.map((record) => record ?? kept) };
        },
      })),
      'nothing refused is kept',
      6,
    ],
    'does not restore what it saved': [
      {
        createStream,
        restoreStream: (snapshot) => restoreStream({ ...(snapshot as object), scaledAtMs: [] }),
      },
      'a snapshot restores to itself',
      6,
    ],
  };

  it.each(Object.entries(libraries))(
    'that %s is found and told of shortly',
    (_, [library, law, lines]) => {
      const story = storyOf(3, OPERATIONS, library);
      expect(story.at(-1)).toContain(`BROKEN: ${law}`);
      expect(story.length).toBeLessThanOrEqual(lines);
      expect(story[0]).toMatch(/^ {2}1\. \S+Z create /);
    },
  );
});
