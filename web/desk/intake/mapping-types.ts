import type { z } from 'zod';
import type { mapping, previewMapping } from '#intake/sources/mapping/contract.ts';

export type Mapping = z.output<typeof mapping>;
export type Rule = Mapping['rules'][number];
export type Preview = z.output<typeof previewMapping.answer>;
