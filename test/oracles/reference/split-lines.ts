/**
 * The slow twin of the line splitter: the whole input at once, as text of one character a byte.
 *
 * @module
 */

/** The lines of an input, each one character a byte. */
export function splitLines(input: Uint8Array): string[] {
  const lines = Buffer.from(input).toString('latin1').split('\n');
  // What follows the last LF is a line only if there is something.
  if (lines.at(-1) === '') lines.pop();
  return lines.map((line, index) => {
    const whole = line.endsWith('\r') ? line.slice(0, -1) : line;
    return index === 0 && whole.startsWith('\xef\xbb\xbf') ? whole.slice(3) : whole;
  });
}
