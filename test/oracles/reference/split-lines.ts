/**
 * The slow twin of the line splitter: splits the whole stream at once, as text.
 *
 * @module
 */

/** Returns the lines of a stream, with one character per byte. */
export function splitLines(stream: Uint8Array): string[] {
  const lines = Buffer.from(stream).toString('latin1').split('\n');
  // After the last LF, an empty rest is not a line.
  if (lines.at(-1) === '') lines.pop();
  return lines.map((line, index) => {
    const whole = line.endsWith('\r') ? line.slice(0, -1) : line;
    return index === 0 && whole.startsWith('\xef\xbb\xbf') ? whole.slice(3) : whole;
  });
}
