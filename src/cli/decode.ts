/**
 * `shardline decode`: prints the fields of sequence numbers, and the records of Lambda events.
 *
 * @module
 */

import { text as readAll } from 'node:stream/consumers';
import type { Command } from 'commander';
import { escapeControls, quote } from '../base/argument.ts';
import { parseSequenceNumber, type SequenceNumberParts } from '../sequencing/sequence-number.ts';
import { formatShardId } from '../sharding/shard-id.ts';
import { type InputError, UsageError } from './errors.ts';
import { FlawReports } from './flaw-reports.ts';
import {
  decodeText,
  type Input,
  nameFile,
  promptOnTerminal,
  readBytes,
  unreadable,
} from './input.ts';
import { JsonError } from './json-documents.ts';
import { EventError, type EventRecord, readLambdaEvents } from './lambda-event.ts';
import { LineSplitter, type Lines } from './line-splitter.ts';
import { writeOutput } from './output.ts';
import { adviseOnRefusal, describeOddity } from './sequence-number-advice.ts';
import { describeJsonFlaw } from './shard-file.ts';

const DETAILS = `
Numbers given as arguments are printed with one field per line. Numbers from
standard input are printed one per line, with fields separated by tabs:
  sequenceNumber, version, shardId, shardIndex, shardCreatedAt, sequenceIndex,
  writtenAt
With --json, each line is an object with these fields. Times are in UTC, in
whole seconds. Numbers of version 0 have neither sequenceIndex nor writtenAt:
a - stands for each.

The eventID of a Lambda event, shardId-N:NUMBER, is decoded if its shard is that
of the number. Numbers that no Kinesis stream assigns today cause a warning.

With --event, the records of a Lambda event are printed one per line, with
fields separated by tabs:
  shardId, sequenceNumber, subSequenceNumber, arrivedAt, partitionKey, hashKey,
  bytes, userRecords
For an aggregated record, userRecords is how many user records follow it, each
with a subSequenceNumber. Its own hashKey is the hash of its partitionKey, as
events lack the explicit hash key. A - stands for a field that does not apply.
Control characters in keys are escaped as in JSON. A broken aggregate causes a
warning. With --json, each line is an object, and a broken aggregate has a flaw.

Examples:
  $ shardline decode 49590338271490256608559692538361571095921575989136588898
  $ jq -r '.Records[].kinesis.sequenceNumber' event.json | shardline decode
  $ jq -r '.Records[].eventID' event.json | shardline decode --json
  $ shardline decode --event event.json`;

/** Allows 18,000 numbers in one line, because `aws ... --output text` prints a list that way. */
const LINE_BYTES_MAX = 1 << 20;

/** The first byte of a Lambda event, and of any other JSON object. */
const OPENING_BRACE = 0x7b;

/** Printed if the numbers start as JSON does. */
const JSON_HINT =
  "; pass --event - for a Lambda event, or print numbers of records first, with: jq -r '.Records[].SequenceNumber'";

/** The command of the AWS SAM CLI that prints an event. */
const GENERATE_EVENT = 'sam local generate-event kinesis get-records';

/** See docs/facts.md#lambda-event-id. */
const EVENT_ID = /^(shardId-[^:]*):(.*)$/s;

export function addDecode(program: Command): void {
  program
    .command('decode')
    .summary('decode sequence numbers and events')
    .description('Prints the fields of sequence numbers, or the records of a Lambda event.')
    .argument(
      '[sequence-number...]',
      'sequence numbers or eventIDs; standard input if - or omitted',
    )
    .option('--event <file>', 'a Lambda event as JSON, or - for standard input')
    .option('--json', 'print JSON')
    .addHelpText('after', DETAILS)
    .action(async (texts: string[], { event, json }: { event?: string; json?: true }) => {
      if (event !== undefined) {
        if (texts.length > 0) {
          throw new UsageError(
            'expected sequence numbers or --event, got both\nPass --event FILE alone.',
          );
        }
        await writeOutput(decodeEvents(event, json ? formatJson : formatRow));
        return;
      }
      if (texts.includes('-') && texts.length > 1) {
        throw new UsageError(
          'expected sequence numbers or -, got both\nPass - alone, or nothing, to read standard input.',
        );
      }
      if (texts.length === 0) promptOnTerminal('sequence numbers, one per line,');
      const isStandardInput = texts.length === 0 || texts[0] === '-';
      await writeOutput(
        isStandardInput
          ? decodeInput(json ? formatJson : formatRow)
          : decodeArguments(texts, json ? formatJson : formatBlocks()),
      );
    });
}

type Fields = Readonly<Record<string, string | number | undefined>>;

type Format = (fields: Fields) => string;

function* decodeArguments(texts: readonly string[], format: Format): Generator<string> {
  const reports = new FlawReports({ printedMax: texts.length });
  for (const text of texts) {
    const fields = decode(text, '', reports);
    if (fields !== undefined) yield format(fields);
  }
}

async function* decodeInput(format: Format): AsyncGenerator<string> {
  const advice = 'Pass sequence numbers, one per line.';
  const input: Input = { file: '-', title: nameFile('-'), advice };
  const splitter = new LineSplitter(LINE_BYTES_MAX);
  const reports = new FlawReports();
  let lineNumber = 0;
  let numbers = 0;
  /** Whether the input starts as an event does. */
  let isJsonObject = false;
  const decodeLines = ({ packed, offsets, count }: Lines): string => {
    let output = '';
    for (let i = 0; i < count; i++) {
      const line = Buffer.from(packed.subarray(offsets[i]!, offsets[i + 1]!));
      const where = `line ${++lineNumber}: `;
      isJsonObject ||= numbers === 0 && line[0] === OPENING_BRACE;
      if (line.length > LINE_BYTES_MAX) {
        numbers++;
        reports.addFlaw(`${where}expected at most ${LINE_BYTES_MAX} bytes`);
        continue;
      }
      for (const text of line.toString().match(/\S+/g) ?? []) {
        numbers++;
        const fields = decode(text, where, reports);
        if (fields !== undefined) output += format(fields);
      }
    }
    return output;
  };
  for await (const chunk of decodeText(readBytes(input), input)) {
    yield decodeLines(splitter.push(chunk));
  }
  yield decodeLines(splitter.end());
  const hint = isJsonObject ? JSON_HINT : '';
  reports.printTotals(numbers, 'numbers', `sequence numbers, one per line${hint}`);
}

/** @throws {InputError} If the file cannot be read, or is not a Lambda event for Kinesis. */
async function* decodeEvents(file: string, format: Format): AsyncGenerator<string> {
  const input: Input = {
    file,
    title: `the event from ${nameFile(file)}`,
    advice: `Pass the event that Lambda gives to a function, or one of: ${GENERATE_EVENT}`,
  };
  const text = (await readAll(decodeText(readBytes(input), input))).trimEnd();
  const refuse = (flaw: string): InputError => unreadable(input, flaw);
  if (text === '') throw refuse('it is empty');
  const reports = new FlawReports();
  for (const record of readEvents(text, refuse)) {
    const { flaw, ...fields } = record;
    const { sequenceNumber } = fields;
    if (flaw !== undefined) {
      reports.addWarning(
        `the record ${quote(sequenceNumber)} is a broken aggregate, shown as one record: ${flaw}`,
      );
    }
    yield format === formatJson ? format({ ...record }) : format(toEventRow(fields));
  }
  reports.printTotals(0, 'records', 'none');
}

function readEvents(text: string, refuse: (flaw: string) => InputError): EventRecord[] {
  try {
    return readLambdaEvents(text);
  } catch (error) {
    if (error instanceof EventError) throw refuse(error.message);
    if (error instanceof JsonError) throw refuse(describeJsonFlaw(text, error));
    throw error;
  }
}

/** Returns the fields of a line in order. Text from the event cannot add a field or a line. */
function toEventRow(record: Omit<EventRecord, 'flaw'>): Fields {
  return {
    shardId: escapeControls(record.shardId),
    sequenceNumber: escapeControls(record.sequenceNumber),
    subSequenceNumber: record.subSequenceNumber,
    arrivedAt: record.arrivedAt,
    partitionKey: escapeControls(record.partitionKey),
    hashKey: escapeControls(record.hashKey),
    bytes: record.bytes,
    userRecords: record.userRecords,
  };
}

/** Returns the fields of a sequence number or an eventID, or undefined after reporting its flaw. */
function decode(text: string, where: string, reports: FlawReports): Fields | undefined {
  const [, prefix, sequenceNumber = text] = EVENT_ID.exec(text) ?? [];
  const result = parseSequenceNumber(sequenceNumber);
  if (!result.ok) {
    const advice = adviseOnRefusal(sequenceNumber);
    reports.addFlaw(`${where}${result.fault.message}${advice === undefined ? '' : ` ${advice}`}`);
    return undefined;
  }
  const shardId = formatShardId(result.value.shardIndex);
  if (prefix !== undefined && prefix !== shardId) {
    reports.addFlaw(
      `${where}Invalid eventID ${quote(text)}: expected a number of ${quote(prefix)}, got one of ${quote(shardId)}.`,
    );
    return undefined;
  }
  const oddity = describeOddity(sequenceNumber, result.value, Date.now());
  if (oddity !== undefined) {
    reports.addWarning(
      `${where}no Kinesis stream assigns the number ${quote(sequenceNumber)} today: ${oddity}`,
    );
  }
  return { sequenceNumber, ...toFields(result.value) };
}

function toFields(parts: SequenceNumberParts): Fields {
  const { version, shardIndex, shardCreatedAtMs, sequenceIndex, writtenAtMs } = parts;
  return {
    version,
    shardId: formatShardId(shardIndex),
    shardIndex,
    shardCreatedAt: formatTime(shardCreatedAtMs),
    sequenceIndex: sequenceIndex?.toString(),
    writtenAt: writtenAtMs === undefined ? undefined : formatTime(writtenAtMs),
  };
}

function formatTime(epochMs: number): string {
  return new Date(epochMs).toISOString().replace('.000Z', 'Z');
}

function formatJson(fields: Fields): string {
  return `${JSON.stringify(fields)}\n`;
}

function formatRow(fields: Fields): string {
  return `${Object.values(fields)
    .map((value) => value ?? '-')
    .join('\t')}\n`;
}

/** Prints one field per line, and an empty line before each number except the first. */
function formatBlocks(): Format {
  let separator = '';
  return (fields) => {
    const lines = Object.entries(fields)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => `${name.padEnd(16)}${value}\n`);
    const block = separator + lines.join('');
    separator = '\n';
    return block;
  };
}
