/**
 * The twin of sequence numbers: the layout as hexadecimal digits, and a sequencer that adds
 * bigints.
 */

import type { SequenceNumberParts } from 'shardline';

/** Returns the fields of a number, or undefined for a text that is not a sequence number. */
export function decode(text: string): SequenceNumberParts | undefined {
  if (!/^(0|[1-9]\d{0,55})$/.test(text)) return undefined;
  const number = BigInt(text);
  if (number < 2n ** 129n) {
    const hex = (number % 2n ** 124n).toString(16).padStart(31, '0');
    const created = Number.parseInt(hex.slice(0, 9), 16);
    if (created >= 16025175000) return undefined;
    return {
      version: 0,
      shardCreatedAtMs: created * 1000,
      unknownByte: Number.parseInt(hex.slice(9, 11), 16),
      randomBits: BigInt(`0x${hex.slice(11, 27)}`),
      shardIndex: Number.parseInt(hex.slice(27), 16),
    };
  }
  const hex = number.toString(16);
  if (hex.length !== 47 || hex[0] !== '2') return undefined;
  const created = Number.parseInt(hex.slice(1, 10), 16);
  const shard = Number.parseInt(hex.slice(38, 46), 16);
  const common = {
    shardIndex: shard >= 2 ** 31 ? shard - 2 ** 32 : shard,
    shardCreatedAtMs: created * 1000,
    shardNibble: Number.parseInt(hex[10]!, 16),
  };
  if (hex[46] === '1') {
    return {
      version: 1,
      ...common,
      unknownByte: Number.parseInt(hex.slice(11, 13), 16),
      writtenAtMs: Number.parseInt(hex.slice(13, 22), 16) * 1000,
      randomBits: BigInt(`0x${hex.slice(22, 36)}`),
      sequenceIndex: BigInt(`0x${hex.slice(36, 38)}`),
    };
  }
  if (hex[46] !== '2' || created >= 16025175000 || hex[11]! >= '8') return undefined;
  return {
    version: 2,
    ...common,
    sequenceIndex: BigInt(`0x${hex.slice(11, 27)}`),
    unknownByte: Number.parseInt(hex.slice(27, 29), 16),
    writtenAtMs: Number.parseInt(hex.slice(29, 38), 16) * 1000,
  };
}

/** Returns a hexadecimal number in decimal digits. */
export function fromHex(hex: string): string {
  return BigInt(`0x${hex}`).toString();
}

/** Assigns the numbers of one shard. */
export class SlowSequencer {
  index = 0n;
  second: bigint;
  readonly start: bigint;
  readonly created: bigint;

  constructor(shardIndex: number, shardCreatedAtMs: number) {
    this.created = BigInt(Math.floor(shardCreatedAtMs / 1000));
    this.second = this.created;
    const shard = BigInt(shardIndex);
    this.start =
      2n * 2n ** 184n +
      this.created * 2n ** 148n +
      (shard % 16n) * 2n ** 144n +
      this.created * 2n ** 36n +
      shard * 2n ** 4n +
      2n;
  }

  next(nowMs: number): string {
    const second = BigInt(Math.floor(nowMs / 1000)) - 1n;
    if (second > this.second) this.second = second;
    if (this.second >= 2n ** 36n) this.second = 2n ** 36n - 1n;
    this.index += 1n;
    return (
      this.start +
      this.index * 2n ** 80n +
      (this.second - this.created) * 2n ** 36n
    ).toString();
  }
}
