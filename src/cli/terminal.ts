/**
 * The terminal behind standard output.
 *
 * Output for programs is the same everywhere. Only what a terminal shows depends on the terminal.
 *
 * @module
 */

export interface Terminal {
  readonly columns: number;
  /** False if characters outside ASCII may be displayed wrongly. */
  readonly hasUnicode: boolean;
}

const COLUMNS_DEFAULT = 80;

/** Returns the terminal that standard output goes to, or undefined if it goes elsewhere. */
export function findTerminal(): Terminal | undefined {
  if (!process.stdout.isTTY) return undefined;
  return { columns: widthOf(process.stdout), hasUnicode: hasUnicode(process.env) };
}

/** Returns the columns of a terminal: 80 for a pseudo-terminal that reports none. */
export function widthOf({ columns }: { readonly columns?: number }): number {
  return columns || COLUMNS_DEFAULT;
}

/** Returns whether the locale uses UTF-8. On Windows, Node writes UTF-16 to the console. */
function hasUnicode({ LC_ALL, LC_CTYPE, LANG }: NodeJS.ProcessEnv): boolean {
  return process.platform === 'win32' || /utf-?8/i.test(LC_ALL || LC_CTYPE || LANG || '');
}

/** Breaks a line at spaces where a terminal would otherwise break it within a word. */
export function wrapWords(line: string, { columns }: Terminal): string {
  const lines: string[] = [];
  for (const word of line.split(' ')) {
    const joined = `${lines.at(-1)} ${word}`;
    if (lines.length > 0 && joined.length <= columns) lines[lines.length - 1] = joined;
    else lines.push(word);
  }
  return lines.join('\n');
}
