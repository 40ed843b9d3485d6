import { StringDecoder } from 'node:string_decoder';
import { SaxesParser } from 'saxes';
import { REFUSED, TableRefused } from './model.ts';

/** What happens in an XML part; names come without their prefix. */
export type XmlHears = {
  readonly open?: (name: string, attributes: Readonly<Record<string, string>>) => void;
  readonly close?: (name: string) => void;
  readonly text?: (text: string) => void;
};

const localOf = (name: string): string => name.slice(name.indexOf(':') + 1);

const textDecoderOf = (first: Buffer): StringDecoder =>
  new StringDecoder(first[0] === 0xff && first[1] === 0xfe ? 'utf16le' : 'utf8');

/**
 * Reads XML chunk by chunk and yields after each, so that a caller may take what was heard. No DTD
 * is read: a part that declares one is refused, so no entity but the five of XML is ever unfolded.
 */
export async function* xmlChunks(bytes: AsyncIterable<Buffer>, hears: XmlHears) {
  const parser = new SaxesParser();
  const stop = (cause: Error): never => {
    throw new TableRefused(REFUSED.notXlsx, { cause });
  };
  parser.on('error', stop);
  parser.on('doctype', () => stop(new Error('a DTD')));
  parser.on('opentag', (tag) =>
    hears.open?.(localOf(tag.name), tag.attributes as Readonly<Record<string, string>>),
  );
  parser.on('closetag', (tag) => hears.close?.(localOf(tag.name)));
  parser.on('text', (text) => hears.text?.(text));
  parser.on('cdata', (text) => hears.text?.(text));
  let decoder: StringDecoder | undefined;
  for await (const chunk of bytes) {
    decoder ??= textDecoderOf(chunk);
    parser.write(decoder.write(chunk));
    yield;
  }
  parser.write(decoder?.end() ?? '');
  parser.close();
  yield;
}

/** Reads a part to its end. */
export async function readXml(bytes: AsyncIterable<Buffer>, hears: XmlHears): Promise<void> {
  for await (const _ of xmlChunks(bytes, hears));
}
