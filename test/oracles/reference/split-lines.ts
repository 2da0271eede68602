/**
 * The slow twin of the line splitter: splits the whole stream at once, as text.
 *
 * @module
 */

/** Returns the lines of a stream, with one character per byte. */
export function splitLines(stream: Uint8Array): string[] {
  const text = Buffer.from(stream)
    .toString('latin1')
    .replace(/^\xef\xbb\xbf/, '');
  const lines = text.split('\n');
  const rest = lines.pop()!;
  const ended = lines.map((line) => line.replace(/\r$/, ''));
  // After the last LF, an empty rest is not a line. A CR without an LF belongs to its line.
  return rest === '' ? ended : [...ended, rest];
}
