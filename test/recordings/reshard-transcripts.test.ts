/** Transcripts of reshards: README.md says how to read and update them. */

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createLineage, planResharding, type Result, unwrap } from 'shardline';
import { describe, expect, it } from 'vitest';
import { type ReshardInput, type ReshardStep, scaleUniformly } from '../../src/sharding/reshard.ts';
import { type Shard, toAwsShard } from '../../src/sharding/shard.ts';
import { formatShardId } from '../../src/sharding/shard-id.ts';
import {
  applySteps,
  RESHARD_STREAM,
  reshardInputBetween,
  stepsOfCall,
  uniformReshardInput,
} from '../support/reshard-input.ts';

const FOLDER = new URL('reshard-transcripts/', import.meta.url);
const KEYS = 2n ** 128n;
const BAR_WIDTH = 72;

/**
 * Parses a hash key of a transcript: `1/3` is the start of the second of three uniform ranges,
 * `1/3-1` is the hash key below it, and `2/2-1` is the highest.
 */
function parseKey(text: string): bigint {
  const [, index, count, offset] = /^(\d+)(?:\/(\d+))?([+-]\d+)?$/.exec(text) ?? [];
  if (index === undefined) throw new Error(`not a hash key: ${text}`);
  const base =
    count === undefined
      ? BigInt(index)
      : index === count
        ? KEYS
        : BigInt(index) * (KEYS / BigInt(count));
  return base + BigInt(offset ?? 0);
}

/** Formats a hash key for {@link parseKey}, as a share of as few ranges as possible. */
function formatKey(key: bigint): string {
  if (key < 1_000n) return `${key}`;
  for (let count = 1n; count <= 16n; count++) {
    const width = KEYS / count;
    for (const offset of [0n, -1n, 1n, -2n, 2n, -3n, 3n]) {
      const index = key - offset === KEYS ? count : (key - offset) / width;
      const base = index === count ? KEYS : index * width;
      if (base + offset !== key) continue;
      return `${index}/${count}${offset === 0n ? '' : offset > 0n ? `+${offset}` : offset}`;
    }
  }
  return `${key}`;
}

/** Draws the key space to scale, with the index of each shard that has room for it. */
function drawBar({ map }: ReshardInput): string {
  const columnOf = (key: bigint) => Number((key * BigInt(BAR_WIDTH)) / KEYS);
  let bar = '|';
  for (const { startingHashKey, endingHashKey, shardIndex } of map.shards) {
    const room = columnOf(endingHashKey + 1n) - columnOf(startingHashKey) - 1;
    if (room < 0) continue;
    const name = ` ${shardIndex} `;
    const left = Math.floor((room - name.length) / 2);
    bar +=
      left < 0 ? '-'.repeat(room) : '-'.repeat(left) + name + '-'.repeat(room - left - name.length);
    bar += '|';
  }
  return bar;
}

function parentShardIndexes(shard: Shard): number[] {
  return [shard.parentShardId, shard.adjacentParentShardId]
    .filter((id) => id !== undefined)
    .map((id) => Number(id.slice('shardId-'.length)));
}

function drawTable({ map }: ReshardInput): string[] {
  return map.shards.map((shard) => {
    const { shardIndex, startingHashKey, endingHashKey } = shard;
    const parents = parentShardIndexes(shard).join(' + ');
    return [
      `shard ${shardIndex}`.padEnd(10),
      `${formatKey(startingHashKey)} to ${formatKey(endingHashKey)}`.padEnd(20),
      parents && `from ${parents}`,
    ]
      .join('  ')
      .trimEnd();
  });
}

function draw(layout: ReshardInput): string[] {
  return [drawBar(layout), ...drawTable(layout)];
}

function formatStep({ parentShardIndexes, children }: ReshardStep): string {
  const verb = parentShardIndexes.length === 1 ? 'split' : 'merge';
  const childIndexes = children.map(({ shardIndex }) => shardIndex);
  return `${verb} ${parentShardIndexes.join(' and ')} into ${childIndexes.join(' and ')}`;
}

/** A stream that runs the commands of a transcript. */
class TranscriptStream {
  #layout = uniformReshardInput(1);

  run(command: string): string[] {
    const [verb, ...rest] = command.split(/\s+/);
    const options = new Map(rest.map((option) => option.split('=', 2) as [string, string]));
    const get = (name: string) => {
      const value = options.get(name);
      if (value === undefined) throw new Error(`${command}: ${name}= is missing`);
      return value;
    };
    switch (verb) {
      case 'create':
        this.#layout = options.has('at')
          ? reshardInputBetween(get('at').split(',').map(parseKey))
          : uniformReshardInput(Number(get('shards')));
        return draw(this.#layout);
      case 'split':
        return this.#reshard(
          stepsOfCall(this.#layout, {
            operation: 'SplitShard',
            input: { ShardToSplit: get('shard'), NewStartingHashKey: `${parseKey(get('key'))}` },
          }),
        );
      case 'merge':
        return this.#reshard(
          stepsOfCall(this.#layout, {
            operation: 'MergeShards',
            input: { ShardToMerge: get('shard'), AdjacentShardToMerge: get('with') },
          }),
        );
      case 'scale':
        return this.#reshard(scaleUniformly(this.#layout, Number(get('to')), RESHARD_STREAM));
      case 'show':
        return draw(this.#layout);
      case 'plan':
        return this.#plan(Number(get('to')));
      case 'lineage':
        return this.#lineage(formatShardId(Number(get('shard'))));
      case 'owner': {
        const owner = this.#layout.map.locate(parseKey(get('key')));
        return [`shard ${owner.shardIndex}`];
      }
      default:
        throw new Error(`no such command: ${command}`);
    }
  }

  #reshard(result: Result<ReshardStep[]>): string[] {
    if (!result.ok) return formatFault(result);
    this.#layout = applySteps(this.#layout, result.value);
    const steps = result.value.length === 0 ? ['nothing to do'] : result.value.map(formatStep);
    return [...steps, ...draw(this.#layout)];
  }

  #plan(target: number): string[] {
    const plan = planResharding(this.#layout.map, target);
    if (!plan.ok) return formatFault(plan);
    return plan.value.map(({ operation, input, newShardIds }) => {
      const members = Object.entries(input).map(([name, value]) =>
        name === 'NewStartingHashKey' ? `${name} ${formatKey(BigInt(value))}` : `${name} ${value}`,
      );
      const opened = newShardIds.map((id) => Number(id.slice('shardId-'.length)));
      return `${operation} ${members.join(', ')}; opens ${opened.join(' and ')}`;
    });
  }

  #lineage(shardId: string): string[] {
    const lineage = unwrap(createLineage([...this.#layout.shards.values()].map(toAwsShard)));
    const list = (shards: readonly Shard[]) =>
      shards.map(({ shardIndex }) => shardIndex).join(', ') || 'none';
    return [
      `parents      ${list(lineage.parentsOf(shardId))}`,
      `children     ${list(lineage.childrenOf(shardId))}`,
      `ancestors    ${list(lineage.ancestorsOf(shardId))}`,
      `descendants  ${list(lineage.descendantsOf(shardId))}`,
      ...lineage
        .openHeirsOf(shardId)
        .map(
          ({ shard, range }) =>
            `${formatKey(range.startingHashKey)} to ${formatKey(range.endingHashKey)} is now in shard ${shard.shardIndex}`,
        ),
    ];
  }
}

function formatFault(result: Result<unknown>): string[] {
  return result.ok ? [] : [`${result.fault.code}:`, `  ${result.fault.message}`];
}

/** Returns a transcript with the output of the library instead of those in the text. */
function replay(text: string): string {
  const stream = new TranscriptStream();
  const lines: string[] = [];
  let isOutput = false;
  for (const line of text.split('\n')) {
    if (line === '----') isOutput = true;
    else if (line === '') isOutput = false;
    else if (isOutput) continue;
    if (line === '----') continue;
    lines.push(line);
    if (isOutput || line === '' || line.startsWith('#')) continue;
    lines.push('----', ...stream.run(line));
  }
  return lines.join('\n');
}

const transcripts = readdirSync(FOLDER);

describe('the transcripts', () => {
  it.each(transcripts)('%s', (name) => {
    const file = new URL(name, FOLDER);
    const text = readFileSync(file, 'utf8');
    const replayed = replay(text);
    if (process.env['UPDATE_TRANSCRIPTS'] === '1') writeFileSync(file, replayed);
    else expect(replayed).toBe(text);
  });

  it('use every command', () => {
    const all = transcripts.map((name) => readFileSync(new URL(name, FOLDER), 'utf8')).join('\n');
    for (const verb of ['create', 'split', 'merge', 'scale', 'show', 'plan', 'lineage', 'owner']) {
      expect(all).toMatch(new RegExp(`^${verb}\\b.*\\n----\\n.`, 'm'));
    }
  });

  it('write hash keys as they read them', () => {
    for (const text of [
      '0',
      '2',
      '999',
      '1/2',
      '1/2-1',
      '1/3+1',
      '2/3',
      '5/7-3',
      '1/1-1',
      '12345678901',
    ]) {
      expect(formatKey(parseKey(text))).toBe(text);
    }
  });
});
