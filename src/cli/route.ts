/**
 * `shardline route`: prints the shard of each key.
 *
 * @module
 */

import type { Command } from 'commander';
import { escapeControls } from '../base/argument.ts';
import { uint128FromBytes } from '../base/uint128.ts';
import { createBatchRouter } from '../batch/batch-router.ts';
import { hashPartitionKeyBytes } from '../batch/hash-partition-keys.ts';
import { readKeys } from './key-reader.ts';
import { writeOutput } from './output.ts';
import { addRoutingAction, type RoutingInput } from './routing-command.ts';

const DETAILS = `
Prints one line per key, in input order: shard id, hash key and partition key,
separated by tabs. With --json, each line is an object { partitionKey, hashKey,
shardId }.

Examples:
  $ printf 'a\\nb\\ne\\n' | shardline route --shard-count 3
  $ aws kinesis list-shards --stream-name orders > shards.json
  $ shardline route keys.txt --shards shards.json
  $ shardline route keys.txt --shards shards.json --json | jq -r .shardId`;

export function addRoute(program: Command): void {
  const command = program
    .command('route')
    .summary('print the shard of each key')
    .description('Prints the shard that each partition key goes to.')
    .addHelpText('after', DETAILS);
  addRoutingAction(command, {
    content: 'keys',
    isStreaming: true,
    run: (input) => writeOutput(formatRoutes(input)),
  });
}

async function* formatRoutes(input: RoutingInput): AsyncGenerator<Buffer> {
  const { file, map, isJson, terminal, isProgressShown } = input;
  const show = terminal === undefined ? (key: string) => key : escapeLatin1;
  const router = createBatchRouter(map);
  for await (const { packed, offsets, count } of readKeys(file, { isProgressShown })) {
    // Latin-1 maps each byte to one character and back, so keys pass through without decoding. This
    // works because JSON escapes no character above ASCII.
    const keys = Buffer.from(packed.buffer, packed.byteOffset, offsets[count]).toString('latin1');
    const bounds = offsets.subarray(0, count + 1);
    const mapIndexes = router.routeBytes(packed, bounds);
    const digests = hashPartitionKeyBytes(packed, bounds);
    let text = '';
    for (let i = 0; i < count; i++) {
      const { shardId } = map.shards[mapIndexes[i]!]!;
      const hashKey = uint128FromBytes(digests, 16 * i);
      const key = keys.slice(offsets[i], offsets[i + 1]);
      text += isJson
        ? `{"partitionKey":${show(JSON.stringify(key))},"hashKey":"${hashKey}","shardId":"${shardId}"}\n`
        : `${shardId}\t${hashKey}\t${show(key)}\n`;
    }
    if (count > 0) yield Buffer.from(text, 'latin1');
  }
}

/**
 * Escapes the control characters of a UTF-8 text that is given as Latin-1: one character per byte.
 */
function escapeLatin1(bytes: string): string {
  const text = Buffer.from(bytes, 'latin1').toString('utf8');
  return Buffer.from(escapeControls(text)).toString('latin1');
}
