/** The table of equivalent mutants in test/mutation-survivors.md matches the source. */

import { describe, expect, it } from 'vitest';
import { read } from '../support/repository.ts';

/** The file and the expression of each row. Within a row, `\|` is a bar. */
const rows = [
  ...read('test/mutation-survivors.md').matchAll(/^\| (src\/\S+) +\| `((?:\\\||[^|])*)` +\|/gm),
].map(([, file, expression]) => ({ file: file!, expression: expression!.replaceAll('\\|', '|') }));

describe('the table of equivalent mutants', () => {
  it('is read in full', () => {
    const lines = read('test/mutation-survivors.md')
      .split('\n')
      .filter((line) => line.startsWith('| src/'));
    expect(lines.length).toBeGreaterThan(0);
    expect(rows).toHaveLength(lines.length);
  });

  it.each(rows)('$file contains $expression', ({ file, expression }) => {
    expect(read(file)).toContain(expression);
  });
});
