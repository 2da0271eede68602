/** The oracle of hash keys: Node's MD5 of Node's UTF-8, read as hexadecimal digits. */

import { createHash } from 'node:crypto';

export function referenceHashKey(partitionKey: string): bigint {
  return BigInt(`0x${createHash('md5').update(partitionKey, 'utf8').digest('hex')}`);
}
