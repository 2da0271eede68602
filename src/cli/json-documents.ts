/**
 * Splits a text into JSON documents: concatenated pages, or JSON Lines.
 *
 * @module
 */

/** The error for a document that is not JSON or is cut off. */
export class JsonError extends Error {
  /** Where in the text the document starts. */
  readonly start: number;
  /** True if the text ends within a list, an object or a string. */
  readonly isTruncated: boolean;

  constructor(message: string, start: number, isTruncated: boolean) {
    super(message);
    this.start = start;
    this.isTruncated = isTruncated;
  }
}

/**
 * Parses each JSON document of a text. Documents may have white space and byte order marks between
 * them.
 *
 * @throws {JsonError} If a document is not JSON.
 */
export function* parseJsonDocuments(text: string): Generator<unknown> {
  let start = skipSpace(text, 0);
  while (start < text.length) {
    const end = findEnd(text, start);
    yield parse(text, start, end ?? text.length, end === undefined);
    start = skipSpace(text, end ?? text.length);
  }
}

/** JavaScript's white space includes the byte order mark. */
function skipSpace(text: string, start: number): number {
  const pattern = /\S|$/g;
  pattern.lastIndex = start;
  return pattern.exec(text)!.index;
}

/** Returns where a list or an object ends, or undefined if the text ends first. */
function findEnd(text: string, start: number): number | undefined {
  let depth = 0;
  let isInString = false;
  for (let i = start; i < text.length; i++) {
    const character = text[i];
    if (isInString) {
      if (character === '\\') i++;
      else if (character === '"') isInString = false;
    } else if (character === '"') {
      isInString = true;
    } else if (character === '[' || character === '{') {
      depth++;
    } else if (character === ']' || character === '}') {
      depth--;
      if (depth <= 0) return i + 1;
    }
  }
  return depth === 0 && !isInString ? text.length : undefined;
}

function parse(text: string, start: number, end: number, isTruncated: boolean): unknown {
  try {
    return JSON.parse(text.slice(start, end).trimEnd());
  } catch (error) {
    throw new JsonError((error as SyntaxError).message, start, isTruncated);
  }
}
