/**
 * The slow twin of reading partition keys: splits the whole input as text and decodes every line.
 *
 * @module
 */

import { splitLines } from './split-lines.ts';

/** Returns the valid keys of an input, and what is reported about the other lines. */
export function readKeysOf(input: Uint8Array): { keys: string[]; reports: string[] } {
  const keys: string[] = [];
  const flaws: string[] = [];
  const lines = splitLines(input);
  lines.forEach((line, i) => {
    const flaw = findFlaw(Buffer.from(line, 'latin1'));
    if (flaw === undefined) keys.push(Buffer.from(line, 'latin1').toString());
    else flaws.push(`shardline: line ${i + 1}: ${flaw}\n`);
  });
  const note = flaws.length > 10 ? ' (the first 10 are shown)' : '';
  const totals = `shardline: skipped ${flaws.length} of ${lines.length} lines${note}: expected one partition key per line, 1 to 256 characters of UTF-8\n`;
  return { keys, reports: [...flaws.slice(0, 10), ...(flaws.length > 0 ? [totals] : [])] };
}

function findFlaw(line: Uint8Array): string | undefined {
  const refused =
    "1 validation error detected: Value at 'partitionKey' failed to satisfy constraint: Member must have length";
  if (line.length > 1024) return `${refused} less than or equal to 256`;
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(line);
  } catch {
    return 'not valid UTF-8';
  }
  const characters = [...text].length;
  if (characters === 0) return `${refused} greater than or equal to 1`;
  return characters > 256 ? `${refused} less than or equal to 256` : undefined;
}
