/**
 * The terminal behind standard output.
 *
 * What a program reads is the same everywhere. Only what a terminal shows depends on the terminal.
 *
 * @module
 */

export interface Terminal {
  readonly columns: number;
  /** False where anything but ASCII may come out as other characters. */
  readonly hasUnicode: boolean;
}

const COLUMNS_DEFAULT = 80;

/** Returns the terminal that standard output goes to, or undefined if it goes elsewhere. */
export function findTerminal(): Terminal | undefined {
  if (!process.stdout.isTTY) return undefined;
  return { columns: widthOf(process.stdout), hasUnicode: hasUnicode(process.env) };
}

/** Returns the columns of a terminal. Some pseudo-terminals have none; they get 80. */
export function widthOf({ columns }: { readonly columns?: number }): number {
  return columns || COLUMNS_DEFAULT;
}

/** Returns whether the locale has UTF-8. Node prints to consoles of Windows in UTF-16. */
function hasUnicode({ LC_ALL, LC_CTYPE, LANG }: NodeJS.ProcessEnv): boolean {
  return process.platform === 'win32' || /utf-?8/i.test(LC_ALL || LC_CTYPE || LANG || '');
}

/** Breaks a line at blanks where a terminal would break it within a word. */
export function wrapWords(line: string, { columns }: Terminal): string {
  const lines: string[] = [];
  for (const word of line.split(' ')) {
    const joined = `${lines.at(-1)} ${word}`;
    if (lines.length > 0 && joined.length <= columns) lines[lines.length - 1] = joined;
    else lines.push(word);
  }
  return lines.join('\n');
}
