// `shardline decode` as its users run it. Oracle of the fields: a number that AWS published, see
// test/recordings/sequence-numbers.json.
import { describe, expect, it } from 'vitest';
import { read } from '../support/repository.ts';
import { runShardline, splitOutput } from './command.ts';

const LAMBDA_SAMPLE = '49590338271490256608559692538361571095921575989136588898';

describe('shardline decode', () => {
  it('prints the fields of each sequence number', () => {
    expect(runShardline(['decode', LAMBDA_SAMPLE, '1'])).toEqual({
      status: 0,
      stdout: [
        `sequenceNumber  ${LAMBDA_SAMPLE}\n`,
        'version         2\n',
        'shardId         shardId-000000000006\n',
        'shardIndex      6\n',
        'shardCreatedAt  2018-11-21T04:57:38Z\n',
        'sequenceIndex   1734642199\n',
        'writtenAt       2018-12-17T22:10:50Z\n',
        '\n',
        'sequenceNumber  1\n',
        'version         0\n',
        'shardId         shardId-000000000001\n',
        'shardIndex      1\n',
        'shardCreatedAt  1970-01-01T00:00:00Z\n',
      ].join(''),
      stderr:
        "shardline: warning: no Kinesis stream assigns the number '1' today: it is of version 0, and those in use have 56 digits\n",
    });
  });

  it('prints one object per line with --json', () => {
    const { status, stdout } = runShardline(['decode', '--json', LAMBDA_SAMPLE, LAMBDA_SAMPLE]);
    expect(status).toBe(0);
    const fields = {
      sequenceNumber: LAMBDA_SAMPLE,
      version: 2,
      shardId: 'shardId-000000000006',
      shardIndex: 6,
      shardCreatedAt: '2018-11-21T04:57:38Z',
      sequenceIndex: '1734642199',
      writtenAt: '2018-12-17T22:10:50Z',
    };
    expect(splitOutput(stdout).map((line) => JSON.parse(line))).toEqual([fields, fields]);
  });

  it('reports an invalid sequence number, decodes the others, and exits with 1', () => {
    const { status, stdout, stderr } = runShardline(['decode', 'LATEST', LAMBDA_SAMPLE]);
    expect(status).toBe(1);
    expect(stdout).toBe(runShardline(['decode', LAMBDA_SAMPLE]).stdout);
    expect(stderr).toBe(
      "shardline: Invalid sequence number 'LATEST': expected decimal digits, got 'L' at character 1. It is the name of a position in a shard.\n",
    );
  });

  it('shortens an invalid sequence number of any length', () => {
    const { status, stderr } = runShardline(['decode', '9'.repeat(100_000)]);
    expect(status).toBe(1);
    expect(stderr.length).toBeLessThan(300);
  });

  const ROW = [
    LAMBDA_SAMPLE,
    '2',
    'shardId-000000000006',
    '6',
    '2018-11-21T04:57:38Z',
    '1734642199',
    '2018-12-17T22:10:50Z',
  ].join('\t');

  it.each([[[]], [['-']]])('prints one number of standard input per line, for %j', (args) => {
    expect(runShardline(['decode', ...args], `${LAMBDA_SAMPLE}\n1\n${LAMBDA_SAMPLE}`)).toEqual({
      status: 0,
      stdout: `${ROW}\n1\t0\tshardId-000000000001\t1\t1970-01-01T00:00:00Z\t-\t-\n${ROW}\n`,
      stderr:
        "shardline: warning: line 2: no Kinesis stream assigns the number '1' today: it is of version 0, and those in use have 56 digits\n",
    });
  });

  it('prints one object per line of standard input with --json', () => {
    const { stdout } = runShardline(['decode', '--json'], `${LAMBDA_SAMPLE}\n${LAMBDA_SAMPLE}\n`);
    expect(stdout).toBe(runShardline(['decode', '--json', LAMBDA_SAMPLE]).stdout.repeat(2));
  });

  it.each([
    ['CRLF, blanks and empty lines', `\r\n ${LAMBDA_SAMPLE}\r\n\n${LAMBDA_SAMPLE}\t\r\n`],
    [
      'several numbers per line, as --output text prints them',
      `${LAMBDA_SAMPLE}\t${LAMBDA_SAMPLE}\n`,
    ],
    ['a byte order mark', `\ufeff${LAMBDA_SAMPLE}\n${LAMBDA_SAMPLE}\n`],
    ['UTF-16', Buffer.from(`\ufeff${LAMBDA_SAMPLE}\r\n${LAMBDA_SAMPLE}\r\n`, 'utf16le')],
  ])('reads standard input with %s', (_, input) => {
    expect(runShardline(['decode'], input)).toEqual({
      status: 0,
      stdout: `${ROW}\n${ROW}\n`,
      stderr: '',
    });
  });

  it('prints nothing for empty standard input', () => {
    expect(runShardline(['decode'])).toEqual({ status: 0, stdout: '', stderr: '' });
  });

  it('names the lines that are not sequence numbers, and exits with 1', () => {
    expect(runShardline(['decode'], `${LAMBDA_SAMPLE}\n\n"1",\n${'9'.repeat(1 << 21)}\n`)).toEqual({
      status: 1,
      stdout: `${ROW}\n`,
      stderr: [
        `shardline: line 3: Invalid sequence number '"1",': expected decimal digits, got '"' at character 1. Pass the number alone, without quotes and commas; jq -r prints it so.\n`,
        'shardline: line 4: expected at most 1048576 bytes\n',
        'shardline: skipped 2 of 3 numbers: expected sequence numbers, one per line\n',
      ].join(''),
    });
  });

  it.each([
    ['a Lambda event', read('examples/lambda/events/aggregated.json')],
    ['an object on one line', '{"Records":[]}'],
    ['an object on a line that is too long', `{${' '.repeat(1 << 20)}}`],
  ])('hints at --event for %s', (_, input) => {
    const { status, stderr } = runShardline(['decode'], input);
    expect(splitOutput(stderr).at(-1)).toMatch(
      /: expected sequence numbers, one per line; pass --event - for a Lambda event, or print numbers of records first, with: jq -r '\.Records\[\]\.SequenceNumber'$/,
    );
    expect(status).toBe(1);
  });

  it('reports the first ten flaws and warnings of standard input, and counts the rest', () => {
    const { status, stdout, stderr } = runShardline(['decode'], '1\nx\n'.repeat(1000));
    expect(splitOutput(stdout)).toHaveLength(1000);
    expect(splitOutput(stderr)).toHaveLength(22);
    expect(stderr).toContain('shardline: 1000 warnings (the first 10 are shown)\n');
    expect(stderr).toContain('shardline: skipped 1000 of 2000 numbers (the first 10 are shown): ');
    expect(status).toBe(1);
  });

  it('reports every argument', () => {
    const { stderr } = runShardline(['decode', ...new Array<string>(30).fill('x')]);
    expect(splitOutput(stderr)).toHaveLength(30);
  });

  it('decodes the eventID of a Lambda event', () => {
    const number = '49568749374218235080373793662003016116473266703358230578';
    const { status, stdout, stderr } = runShardline(['decode', `shardId-000000000003:${number}`]);
    expect(stdout).toBe(runShardline(['decode', number]).stdout);
    expect(stdout).toContain('shardId         shardId-000000000003\n');
    expect(stderr).toBe('');
    expect(status).toBe(0);
  });

  it.each(['shardId-000000000007', 'shardId-6', 'shardId-\u001b'])(
    'refuses the eventID of another shard than the number says: %j',
    (shardId) => {
      const { status, stdout, stderr } = runShardline(['decode', `${shardId}:${LAMBDA_SAMPLE}`]);
      expect(stdout).toBe('');
      expect(stderr).toContain(
        `expected a number of '${shardId.replace('\u001b', '\\u001b')}', got one of 'shardId-000000000006'.\n`,
      );
      expect(status).toBe(1);
    },
  );

  it.each([
    [
      `"${LAMBDA_SAMPLE}",`,
      `got '"' at character 1. Pass the number alone, without quotes and commas`,
    ],
    [`${LAMBDA_SAMPLE},`, "got ',' at character 57. Pass the number alone"],
    [`${LAMBDA_SAMPLE}1`, 'expected at most 56 decimal digits, got 57 characters.'],
    [
      '4.9590338271490257e+55',
      'A program has rounded it to a double. Keep sequence numbers as strings.',
    ],
  ])('says what is wrong with %s', (text, reason) => {
    const { status, stderr } = runShardline(['decode', text]);
    expect(stderr).toContain(reason);
    expect(status).toBe(1);
  });

  it.each(['100000000003498069978', '6200000000002513011398'])(
    'warns that %s looks like a number of DynamoDB Streams',
    (number) => {
      const { status, stdout, stderr } = runShardline(['decode', number]);
      expect(stdout).toContain(`sequenceNumber  ${number}\nversion         0\n`);
      expect(stderr).toBe(
        `shardline: warning: no Kinesis stream assigns the number '${number}' today: it is of version 0, and looks like a number of DynamoDB Streams\n`,
      );
      expect(status).toBe(0);
    },
  );

  it('refuses standard input beside arguments', () => {
    const { status, stderr } = runShardline(['decode', '-', LAMBDA_SAMPLE]);
    expect(stderr).toContain('expected sequence numbers or -, got both\n');
    expect(status).toBe(2);
  });
});

describe('shardline decode --event', () => {
  const AGGREGATED = 'examples/lambda/events/aggregated.json';
  const BROKEN = 'examples/lambda/events/broken.json';
  const NUMBER = '4954511524349098501828006771497314458218006259324420096';

  it('prints each record, and the user records of an aggregate after it', () => {
    const { status, stdout, stderr } = runShardline(['decode', '--event', AGGREGATED]);
    expect([status, stderr]).toEqual([0, '']);
    const lines = splitOutput(stdout);
    expect(lines).toHaveLength(15);
    expect(lines.slice(0, 3).map((line) => line.split('\t'))).toEqual([
      [
        'shardId-000000000006',
        `${NUMBER}1`,
        '-',
        '2018-12-17T22:10:50.987Z',
        '1',
        '261578874264819908609102035485573088411',
        '22',
        '1',
      ],
      [
        'shardId-000000000006',
        `${NUMBER}2`,
        '-',
        '2018-12-17T22:10:51.987Z',
        'a',
        '16955237001963240173058271559858726497',
        '495',
        '4',
      ],
      [
        'shardId-000000000006',
        `${NUMBER}2`,
        '0',
        '2018-12-17T22:10:51.987Z',
        'fc03dd88-3e79-448a-b01a-7cf1bd47b784',
        '38486495867508399078159723846051807020',
        '32',
        '-',
      ],
    ]);
  });

  it('prints the same from standard input', () => {
    expect(runShardline(['decode', '--event', '-'], read(AGGREGATED))).toEqual(
      runShardline(['decode', '--event', AGGREGATED]),
    );
  });

  it('warns about a broken aggregate, and prints its flaw with --json', () => {
    const { status, stdout, stderr } = runShardline(['decode', '--json', '--event', BROKEN]);
    const flaw =
      "user record 0: explicit hash key must be an integer from 0 and below 2^128: got 'bar'";
    expect(status).toBe(0);
    expect(splitOutput(stdout).map((line) => JSON.parse(line))).toMatchObject([
      { sequenceNumber: `${NUMBER}1`, userRecords: 1, flaw },
      { sequenceNumber: `${NUMBER}2`, partitionKey: 'b' },
    ]);
    expect(stderr).toBe(
      `shardline: warning: the record '${NUMBER}1' is a broken aggregate, shown as one record: ${flaw}\n`,
    );
  });

  it('escapes control characters in a key, so that it forges no field and no line', () => {
    const { Records } = JSON.parse(read(BROKEN));
    Records[1].kinesis.partitionKey = 'a\tb\n\u001b[31m';
    const event = JSON.stringify({ Records: [Records[1]] });
    const { stdout } = runShardline(['decode', '--event', '-'], event);
    expect(stdout.split('\t')).toHaveLength(8);
    expect(stdout).toContain('\ta\\u0009b\\u000a\\u001b[31m\t');
  });

  /** The second record of an event, with one member changed. */
  function eventWith(member: string, value: unknown): string {
    const { Records } = JSON.parse(read(BROKEN));
    const target = member in Records[1].kinesis ? Records[1].kinesis : Records[1];
    target[member] = value;
    return JSON.stringify({ Records });
  }

  it.each([
    ['it is empty', ''],
    ['the JSON that starts at line 1 is cut off at line 1', '{"Records":['],
    ['expected JSON, got YAML, as --output yaml prints it', 'Records: x'],
    ['expected a list under Records, got none', '{}'],
    ['expected a list under Records, got 7', '{"Records":7}'],
    [
      "expected aws:kinesis under Records[0].eventSource, got the string 'aws:sqs'",
      '{"Records":[{"eventSource":"aws:sqs"}]}',
    ],
    ['expected a string under Records[1].eventID, got 7', eventWith('eventID', 7)],
    [
      'expected a string under Records[1].kinesis.partitionKey, got null',
      eventWith('partitionKey', null),
    ],
    [
      "expected seconds under Records[1].kinesis.approximateArrivalTimestamp, got the string '1'",
      eventWith('approximateArrivalTimestamp', '1'),
    ],
    [
      'expected seconds under Records[1].kinesis.approximateArrivalTimestamp, got 1e+300',
      eventWith('approximateArrivalTimestamp', 1e300),
    ],
    ["expected base64 under Records[1].kinesis.data, got 'YW='", eventWith('data', 'YW=')],
  ])('refuses an event: %s', (flaw, event) => {
    const { status, stdout, stderr } = runShardline(['decode', '--event', '-'], event);
    expect([status, stdout]).toEqual([1, '']);
    expect(stderr).toBe(
      `shardline: cannot read the event from standard input: ${flaw}\nPass the event that Lambda gives to a function, or one of: sam local generate-event kinesis get-records\n`,
    );
  });

  it('refuses a file that is not there, and sequence numbers beside an event', () => {
    const missing = runShardline(['decode', '--event', 'no.json']);
    expect(missing.stderr).toContain('cannot read the event from no.json: no such file');
    expect(missing.status).toBe(1);
    const both = runShardline(['decode', '--event', AGGREGATED, LAMBDA_SAMPLE]);
    expect(both.stderr).toContain('expected sequence numbers or --event, got both\n');
    expect(both.status).toBe(2);
  });
});
