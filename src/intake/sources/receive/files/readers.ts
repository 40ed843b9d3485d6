import { cdaReader } from '../../cda/reader.ts';
import { type Reader, readerOf } from '../../decode/readers.ts';
import { fhirReader } from '../../fhir/reader.ts';
import { hl7Reader } from '../../hl7/files/file.ts';
import { tableReader } from './tables.ts';

/** Every format a file may be of; of two that claim it alike, the first. */
const READERS: readonly Reader[] = [
  hl7Reader,
  fhirReader,
  cdaReader,
  tableReader('xlsx'),
  tableReader('parquet'),
  tableReader('ndjson'),
  tableReader('json'),
  tableReader('csv'),
];

export const READER_NAMES: readonly string[] = READERS.map((it) => it.name);

/** The reader a file's bytes and name ask for; undefined when none knows it. */
export const fileReader = (name: string, head: Buffer): Reader | undefined =>
  readerOf(READERS, name, head);

export const readerNamed = (name: string): Reader | undefined =>
  READERS.find((it) => it.name === name);
