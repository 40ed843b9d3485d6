import type { Chance } from './chance.ts';
import { textFor } from './pattern.ts';

export type Schema = {
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
  readonly items?: Schema;
  readonly pattern?: string;
  readonly format?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, Schema>>;
};

/** Values the city knows, by the name of the field that holds them: without them nothing is found. */
export type Known = (name: string, chance: Chance) => unknown;

const WORDS = ['核查本区疫情', 'phone check', '张三', 'A', '转交', 'fever-purchase', '居家'];
const DEPTH_MAX = 6;
/** A day of the sample; times are drawn around it. */
const INSTANT = Date.parse('2026-03-02T09:00:00+08:00');

const fits = ({ type, pattern }: Schema, value: unknown): boolean => {
  if (type === 'integer' || type === 'number') return typeof value === 'number';
  if (type !== 'string') return type === undefined;
  return typeof value === 'string' && (!pattern || new RegExp(pattern, 'u').test(value));
};

/** A value the schema allows, as well as it can be told; `isEdge` prefers the ends of ranges. */
export class Values {
  readonly #chance: Chance;
  readonly #known: Known;
  #root: Schema = {};

  constructor(chance: Chance, known: Known) {
    this.#chance = chance;
    this.#known = known;
  }

  of(schema: Schema, name = '', isEdge = false): unknown {
    this.#root = schema;
    return this.#value(schema, name, isEdge, 0);
  }

  #value(schema: Schema, name: string, isEdge: boolean, depth: number): unknown {
    const chance = this.#chance;
    if (schema.$ref !== undefined) {
      const target =
        schema.$ref === '#' ? this.#root : this.#root.$defs?.[schema.$ref.split('/').at(-1) ?? ''];
      return depth > DEPTH_MAX || !target ? null : this.#value(target, name, isEdge, depth + 1);
    }
    if (schema.const !== undefined) return schema.const;
    if (schema.enum) return chance.of(schema.enum);
    const options = schema.anyOf ?? schema.oneOf;
    if (options) return this.#value(this.#shallow(options, depth), name, isEdge, depth + 1);
    if (schema.allOf)
      return Object.assign(
        {},
        ...schema.allOf.map((it) => this.#value(it, name, isEdge, depth + 1)),
      );
    if (!isEdge && name !== '' && chance.is(0.95)) {
      const known = this.#known(name, chance);
      if (known !== undefined && fits(schema, known)) return known;
    }
    const type = Array.isArray(schema.type) ? chance.of(schema.type) : schema.type;
    if (type === 'object' || schema.properties) return this.#object(schema, isEdge, depth);
    if (type === 'array') return this.#array(schema, name, isEdge, depth);
    if (type === 'string') return this.#text(schema, isEdge);
    if (type === 'integer' || type === 'number') return this.#number(schema, type, isEdge);
    if (type === 'boolean') return chance.is(0.5);
    if (type === 'null') return null;
    return chance.of<unknown>([1, 'a', null, true, '1']);
  }

  /** Deep inside, the first alternative that does not go deeper still. */
  #shallow(options: readonly Schema[], depth: number): Schema {
    const flat = options.filter((it) => !it.$ref && it.type !== 'object' && it.type !== 'array');
    return depth > DEPTH_MAX && flat.length > 0 ? this.#chance.of(flat) : this.#chance.of(options);
  }

  #object(schema: Schema, isEdge: boolean, depth: number): unknown {
    const made: Record<string, unknown> = {};
    const required = new Set(schema.required ?? []);
    for (const [name, it] of Object.entries(schema.properties ?? {}))
      if (required.has(name) || this.#chance.is(isEdge ? 0.7 : 0.4))
        made[name] = this.#value(it, name, isEdge, depth + 1);
    const more = schema.additionalProperties;
    if (typeof more === 'object' && !schema.properties)
      for (let i = this.#chance.whole(0, 2); i > 0; i--)
        made[`k${i}`] = this.#value(more, '', isEdge, depth + 1);
    return made;
  }

  #array(schema: Schema, name: string, isEdge: boolean, depth: number): unknown[] {
    const { minItems = 0, maxItems = minItems + 3 } = schema;
    const length = isEdge
      ? this.#chance.of([minItems, Math.min(maxItems, 200)])
      : this.#chance.whole(minItems, Math.min(maxItems, minItems + 3));
    const one = name.replace(/s$/, '');
    return Array.from({ length }, () => this.#value(schema.items ?? {}, one, isEdge, depth + 1));
  }

  #text({ pattern, format, minLength = 0, maxLength }: Schema, isEdge: boolean): string {
    const chance = this.#chance;
    if (pattern) {
      const text = textFor(pattern, chance);
      if (new RegExp(pattern, 'u').test(text)) return text;
    }
    if (format === 'date') return chance.of(['2026-03-01', '2024-02-29', '1900-01-01']);
    if (format === 'date-time') return '2026-03-01T08:00:00Z';
    if (format === 'uuid') return '3f2b8a52-0f5c-4d1e-9c39-2f6f4c1f0a11';
    const most = Math.min(maxLength ?? 200, 5_000);
    if (isEdge)
      return chance
        .of(['字', 'x', '𠮷'])
        .repeat(chance.of([minLength, most]))
        .slice(0, most);
    const word = chance.of(WORDS);
    return word.length < minLength ? word.padEnd(minLength, 'x') : word.slice(0, most);
  }

  #number({ minimum, maximum, exclusiveMinimum }: Schema, type: string, isEdge: boolean): number {
    if (!isEdge && minimum !== undefined && minimum < -1e12)
      return INSTANT + this.#chance.whole(-20, 20) * 3_600_000;
    const low = minimum ?? (exclusiveMinimum === undefined ? 0 : exclusiveMinimum + 1);
    const high = maximum ?? low + 100;
    if (isEdge) return this.#chance.of([low, high]);
    const most = Math.min(high, low + 100);
    return type === 'integer'
      ? this.#chance.whole(low, most)
      : low + this.#chance.next() * (most - low);
  }
}
