/**
 * Reads shards from a file that the AWS CLI wrote.
 *
 * @module
 */

import { text as readAll } from 'node:stream/consumers';
import { describe, escapeControls, quote } from '../base/argument.ts';
import type { AwsShard } from '../sharding/shard.ts';
import { decodeText, type Input, nameFile, readBytes, unreadable } from './input.ts';
import { JsonError, parseJsonDocuments } from './json-documents.ts';

/** The AWS CLI's command that prints the shards of a stream. */
export const LIST_SHARDS = 'aws kinesis list-shards --stream-name NAME --output json';

export interface ShardPage {
  readonly shards: readonly AwsShard[];
  /** True if further pages follow. */
  readonly hasMoreShards: boolean;
}

/**
 * How output of the AWS CLI, jq or iconv that is not JSON starts, with control characters escaped.
 */
const OTHER_TEXTS: readonly (readonly [RegExp, string])[] = [
  [/^[-+|]{4}/, 'a table, as --output table prints it'],
  [/^(?:SHARDS|STREAMDESCRIPTION)\b/, 'text, as --output text prints it'],
  [/^(?:---\\u000a|- \S|[A-Z]\w+:)/, 'YAML, as --output yaml prints it'],
  [/^\\u001b\[/, 'text in color, as --color on or jq -C prints it'],
];

/**
 * Reads responses of ListShards or DescribeStream, lists of shards, or single shards. Any number of
 * them may follow each other or be in a list.
 *
 * The shards themselves are not checked.
 *
 * @param file A path, or `-` for standard input.
 * @throws {InputError} If the file cannot be read, or contains anything else.
 */
export async function readShardPages(file: string): Promise<ShardPage[]> {
  const input: Input = {
    file,
    title: `shards from ${nameFile(file)}`,
    advice: `Pass the output of: ${LIST_SHARDS}`,
  };
  const text = (await readAll(decodeText(readBytes(input), input))).trimEnd();
  const pages: ShardPage[] = [];
  const flaw = text === '' ? 'it is empty' : readPages(text, pages);
  if (flaw !== undefined) throw unreadable(input, flaw);
  return pages;
}

/** Adds the pages in a text to a list, or describes why it has none. */
function readPages(text: string, pages: ShardPage[]): string | undefined {
  try {
    for (const document of parseJsonDocuments(text)) {
      const flaw = readDocument(document, pages);
      if (flaw !== undefined) return flaw;
    }
    return undefined;
  } catch (error) {
    if (error instanceof JsonError) return describeJsonFlaw(text, error);
    throw error;
  }
}

/** Describes why a text is not JSON. */
export function describeJsonFlaw(text: string, { message, start, isTruncated }: JsonError): string {
  const head = escapeControls(text.trimStart().slice(0, 32));
  const other = OTHER_TEXTS.find(([pattern]) => pattern.test(head));
  if (other !== undefined) return `expected JSON, got ${other[1]}`;
  if (!/[[{]/.test(text[start]!)) {
    return `expected JSON, got text that starts with ${quote(text.slice(start, start + 32))}`;
  }
  const reason = isTruncated
    ? `is cut off at line ${lineOf(text, text.length)}`
    : `has an error: ${escapeControls(message)}`;
  return `the JSON that starts at line ${lineOf(text, start)} ${reason}`;
}

function lineOf(text: string, at: number): number {
  return text.slice(0, at).split('\n').length;
}

/** The members by which a response or a shard is recognized. */
interface Listing {
  readonly Shards?: unknown;
  readonly NextToken?: unknown;
  readonly StreamDescription?: { readonly Shards?: unknown; readonly HasMoreShards?: unknown };
  readonly StreamDescriptionSummary?: unknown;
  readonly ShardId?: unknown;
}

/** Adds the pages of a document to a list, or describes why it has none. */
function readDocument(document: unknown, pages: ShardPage[]): string | undefined {
  if (Array.isArray(document)) return readList(document, pages);
  const listing = (document ?? {}) as Listing;
  if (listing.ShardId !== undefined) return readList([document], pages);
  const shards = listing.Shards ?? listing.StreamDescription?.Shards;
  if (Array.isArray(shards)) {
    const hasMoreShards =
      typeof listing.NextToken === 'string' || listing.StreamDescription?.HasMoreShards === true;
    pages.push({ shards, hasMoreShards });
    return undefined;
  }
  return listing.StreamDescriptionSummary === undefined
    ? `expected a list under Shards or StreamDescription.Shards, got ${describeLack(document, shards)}`
    : 'expected a list of shards, got a StreamDescriptionSummary, which has none';
}

function describeLack(document: unknown, shards: unknown): string {
  if (shards !== undefined) return describe(shards);
  return typeof document === 'object' && document !== null ? 'none' : describe(document);
}

/** Reads a list of responses, lists or shards, in any mixture. */
function readList(list: readonly unknown[], pages: ShardPage[]): string | undefined {
  const shards = list.filter((entry) => !isPage(entry)) as readonly AwsShard[];
  if (shards.length > 0 || list.length === 0) pages.push({ shards, hasMoreShards: false });
  for (const page of list.filter(isPage)) {
    const flaw = readDocument(page, pages);
    if (flaw !== undefined) return flaw;
  }
  return undefined;
}

function isPage(value: unknown): boolean {
  const { Shards, StreamDescription } = (value ?? {}) as Listing;
  return Array.isArray(value) || Shards !== undefined || StreamDescription !== undefined;
}
