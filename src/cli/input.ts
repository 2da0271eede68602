/**
 * Reads text from a file or standard input.
 *
 * @module
 */

import { closeSync, createReadStream, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { TextDecoder } from 'node:util';
import { escapeControls } from '../base/argument.ts';
import { quoteShell } from './aws-commands.ts';
import { describeSystemError, InputError, printMessage } from './errors.ts';

const CHUNK_BYTES = 1 << 18;

const LINE_FEED = 0x0a;

/** A byte of UTF-16 text beside a NUL. */
const ANY = undefined;

/** The first bytes of formats that may hold text but not as UTF-8. */
const FORMATS: readonly Format[] = [
  { magic: [0xff, 0xfe], encoding: 'utf-16le' },
  { magic: [0xfe, 0xff], encoding: 'utf-16be' },
  unmarked([ANY, 0, ANY, 0], 'UTF-16LE'),
  unmarked([0, ANY, 0, ANY], 'UTF-16BE'),
  compressed([0x1f, 0x8b], 'gzip'),
  compressed([0x28, 0xb5, 0x2f, 0xfd], 'zstd'),
  compressed([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00], 'xz'),
];

type Magic = readonly (number | undefined)[];

type Format = { readonly magic: Magic } & (
  | { readonly encoding: string }
  | { readonly flaw: string; readonly advice: string }
);

function compressed(magic: Magic, name: string): Format {
  return {
    magic,
    flaw: `it is compressed with ${name}`,
    advice: `Unpack it first, with: ${name} -dc`,
  };
}

function unmarked(magic: Magic, name: string): Format {
  return {
    magic,
    flaw: 'every second byte is NUL, as in UTF-16 without a byte order mark',
    advice: `Convert it first, with: iconv -f ${name} -t UTF-8`,
  };
}

/** A text to read. */
export interface Input {
  /** A path, or `-` for standard input. */
  readonly file: string;
  /** How messages name it. */
  readonly title: string;
  /** Advice on what to pass if it cannot be read. */
  readonly advice: string;
}

/** Returns how messages name a file. */
export function nameFile(file: string): string {
  return file === '-' ? 'standard input' : escapeControls(file) || "''";
}

/**
 * Yields the bytes of an input. Each chunk is valid until the next is requested.
 *
 * @throws {InputError} If it cannot be read.
 */
export async function* readBytes(input: Input): AsyncGenerator<Uint8Array> {
  const { file } = input;
  try {
    // Node would read a folder as empty standard input.
    if (file === '-' && fstatSync(0).isDirectory()) throw new Error('it is a directory');
    if (file === '-') yield* process.stdin;
    else if (measureInput(file) === undefined) yield* createReadStream(file);
    else yield* readRegularFile(file);
  } catch (error) {
    throw unreadable(input, describeSystemError(error));
  }
}

/** Reads into one buffer, which stays in the CPU cache. A stream takes three times as long. */
function* readRegularFile(file: string): Generator<Uint8Array> {
  const descriptor = openSync(file, 'r');
  try {
    const buffer = new Uint8Array(CHUNK_BYTES);
    for (;;) {
      const bytes = readSync(descriptor, buffer, 0, CHUNK_BYTES, null);
      if (bytes === 0) return;
      yield buffer.subarray(0, bytes);
    }
  } finally {
    closeSync(descriptor);
  }
}

/**
 * Yields a text as UTF-8. It may be in UTF-16 with a byte order mark, as PowerShell writes it.
 *
 * Bytes that are not UTF-8 pass unchanged.
 *
 * @throws {InputError} If the input is compressed, UTF-16 without a mark, or not valid UTF-16.
 */
export async function* decodeText(
  chunks: AsyncIterable<Uint8Array>,
  input: Input,
): AsyncGenerator<Uint8Array> {
  let head: Uint8Array | undefined = new Uint8Array(0);
  let decoder: TextDecoder | undefined;
  for await (let chunk of chunks) {
    if (head !== undefined) {
      if (head.length > 0) chunk = Buffer.concat([head, chunk]);
      const format = findFormat(chunk);
      if (format !== undefined && chunk.length < format.magic.length) {
        // This delays a finished line only if it has a NUL: formats have no other LF.
        head = Buffer.from(chunk);
        continue;
      }
      head = undefined;
      if (format !== undefined) decoder = createDecoder(format, input);
    }
    yield decoder === undefined ? chunk : decodeUtf16(decoder, chunk, input);
  }
  if (head !== undefined) yield head;
  if (decoder !== undefined) yield decodeUtf16(decoder, undefined, input);
}

/** Finds the format that a text may have by its first bytes. */
function findFormat(head: Uint8Array): Format | undefined {
  const isPart = (byte: number, i: number): boolean => byte !== 0 && (byte !== LINE_FEED || i > 1);
  return FORMATS.find(({ magic }) =>
    magic.every((expected, i) => {
      const byte = head[i];
      return byte === undefined || (expected === ANY ? isPart(byte, i) : byte === expected);
    }),
  );
}

function createDecoder(format: Format, input: Input): TextDecoder {
  if ('encoding' in format) return new TextDecoder(format.encoding, { fatal: true });
  const { flaw, advice } = format;
  throw unreadable(input, flaw, onInput(advice, input));
}

/** Returns a shell command that reads an input. */
export function onInput(command: string, { file }: Input): string {
  return file === '-' ? command : `${command} ${quoteShell(nameFile(file))}`;
}

function decodeUtf16(decoder: TextDecoder, chunk: Uint8Array | undefined, input: Input): Buffer {
  try {
    return Buffer.from(decoder.decode(chunk, { stream: chunk !== undefined }));
  } catch {
    throw unreadable(input, 'it is not valid UTF-16, but has its byte order mark');
  }
}

/**
 * Returns the error for an input that cannot be read.
 *
 * @param instead What to do. By default, the advice of the input.
 */
export function unreadable({ title, advice }: Input, reason: string, instead = advice): InputError {
  return new InputError(`cannot read ${title}: ${reason}\n${instead}`);
}

/** Returns the length of a regular file, or undefined for any other input. */
export function measureInput(file: string): number | undefined {
  try {
    const stats = file === '-' ? fstatSync(0) : statSync(file);
    return stats.isFile() ? stats.size : undefined;
  } catch {
    // Whatever is wrong, reading the input reports it.
    return undefined;
  }
}

/** Tells a user who passed no file at a terminal what the command waits for. */
export function promptOnTerminal(content: string): void {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return;
  const end = process.platform === 'win32' ? 'Ctrl-Z and Enter' : 'Ctrl-D';
  printMessage(`reading ${content} from the terminal; end with ${end}`);
}
