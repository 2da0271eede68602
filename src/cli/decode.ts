/**
 * `shardline decode`: the fields of sequence numbers.
 *
 * @module
 */

import type { Command } from 'commander';
import { parseSequenceNumber, type SequenceNumberParts } from '../sequencing/sequence-number.ts';
import { formatShardId } from '../sharding/shard-id.ts';
import { EXIT_BAD_INPUT } from './exit-code.ts';

const DETAILS = `
Prints the fields of each sequence number, one a line. Times are whole seconds, in UTC; version 0
has no sequence index and no time of writing. With --json, prints an object a line.

Examples:
  $ shardline decode 49590338271490256608559692538361571095921575989136588898
  $ aws kinesis put-record ... | jq -r .SequenceNumber | xargs shardline decode --json`;

export function addDecode(program: Command): void {
  program
    .command('decode')
    .summary('print the fields of sequence numbers')
    .description('Prints the fields of sequence numbers.')
    .argument('<sequence-number...>', 'decimal digits')
    .option('--json', 'print JSON')
    .addHelpText('after', DETAILS)
    .action((texts: string[], { json }: { json?: true }) => {
      const output = texts
        .map((text) => decode(text, json ?? false))
        .filter((lines) => lines !== '');
      process.stdout.write(output.join(json ? '' : '\n'));
    });
}

/** The lines of one number; nothing if it is none, which is said on standard error. */
function decode(text: string, isJson: boolean): string {
  const result = parseSequenceNumber(text);
  if (!result.ok) {
    process.exitCode = EXIT_BAD_INPUT;
    process.stderr.write(`shardline: ${result.fault.message}\n`);
    return '';
  }
  const fields = { sequenceNumber: text, ...fieldsOf(result.value) };
  if (isJson) return `${JSON.stringify(fields)}\n`;
  return Object.entries(fields)
    .map(([name, value]) => `${name.padEnd(16)}${value}\n`)
    .join('');
}

function fieldsOf(parts: SequenceNumberParts): Record<string, string | number> {
  const { version, shardIndex, shardCreatedAtMs, sequenceIndex, writtenAtMs } = parts;
  return {
    version,
    shardId: formatShardId(shardIndex),
    shardIndex,
    shardCreatedAt: timeOf(shardCreatedAtMs),
    ...(sequenceIndex !== undefined && { sequenceIndex: `${sequenceIndex}` }),
    ...(writtenAtMs !== undefined && { writtenAt: timeOf(writtenAtMs) }),
  };
}

function timeOf(epochMs: number): string {
  return new Date(epochMs).toISOString().replace('.000Z', 'Z');
}
