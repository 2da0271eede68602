import { describe, expect, it } from 'vitest';
import { refuseStreamNotFound } from '../../../src/api/service-errors.ts';
import { formatStreamArn, readStreamName } from '../../../src/api/stream-arn.ts';
import { validate } from '../../support/validate.ts';

const owner = { accountId: '123456789012', region: 'us-east-1' };
const streamArn = formatStreamArn('s', owner);

describe('readStreamName', () => {
  const other = (region: string, accountId: string) =>
    readStreamName({ StreamARN: formatStreamArn('s', { region, accountId }) }, owner);

  it('reads the name and the ARN', () => {
    expect(readStreamName({ StreamName: 's' }, owner)).toEqual({
      ok: true,
      value: 's',
    });
    expect(readStreamName({ StreamARN: streamArn }, owner)).toEqual({
      ok: true,
      value: 's',
    });
    const both = { StreamName: 's', StreamARN: streamArn };
    expect(readStreamName(both, owner)).toEqual({ ok: true, value: 's' });
    expect(readStreamName({}, owner)).toEqual({ ok: true, value: undefined });
  });

  it('refuses a name and an ARN of two streams', () => {
    expect(readStreamName({ StreamName: 't', StreamARN: streamArn }, owner)).toEqual({
      ok: false,
      fault: {
        code: 'InvalidArgumentException',
        message: `StreamName t and StreamARN ${streamArn} do not name the same stream.`,
        blame: 'client',
      },
    });
  });

  it('refuses an ARN of another account or region, and one of another form', () => {
    expect(other('us-east-1', '123456789012')).toEqual({ ok: true, value: 's' });
    expect(other('eu-west-1', '123456789012')).toEqual(
      refuseStreamNotFound({ streamName: 's', accountId: '123456789012' }),
    );
    expect(other('us-east-1', '210987654321')).toEqual(
      refuseStreamNotFound({ streamName: 's', accountId: '210987654321' }),
    );
    // These match the model's pattern and are not ARNs of a stream.
    for (const odd of [
      'arn:aws:x:kinesis:y:z:123456789012:stream/s',
      `arn:aws:x:${streamArn}`,
      `${streamArn} :123456789012:stream/t`,
    ]) {
      expect(validate('DescribeStream', { StreamARN: odd }, { recordBytesMax: 1 })).toEqual([]);
      expect(readStreamName({ StreamARN: odd }, owner)).toEqual(
        refuseStreamNotFound({ ...owner, streamName: odd }),
      );
    }
    const china = { ...owner, region: 'cn-north-1' };
    const StreamARN = formatStreamArn('s', china);
    expect(readStreamName({ StreamARN }, china)).toEqual({
      ok: true,
      value: 's',
    });
    expect(refuseStreamNotFound({ streamName: 's', accountId: '123456789012' }).fault).toEqual({
      code: 'ResourceNotFoundException',
      message: 'Stream s under account 123456789012 not found.',
      blame: 'client',
    });
  });

  it('ignores a name of the wrong type', () => {
    const request = { StreamName: Symbol('s'), StreamARN: streamArn };
    expect(readStreamName(request, owner)).toEqual({ ok: true, value: 's' });
    expect(readStreamName({ StreamARN: 5 }, owner)).toEqual({ ok: true, value: undefined });
  });

  it('writes the partition of the region into an ARN', () => {
    const arnIn = (region: string) => formatStreamArn('s', { ...owner, region });
    expect(arnIn('us-east-1')).toBe('arn:aws:kinesis:us-east-1:123456789012:stream/s');
    expect(arnIn('cn-north-1')).toMatch(/^arn:aws-cn:kinesis:cn-north-1:/);
    expect(arnIn('us-gov-west-1')).toMatch(/^arn:aws-us-gov:kinesis:us-gov-west-1:/);
  });
});
