import { z } from 'zod';
import type { Endpoint } from '#base/contract.ts';

type Json = Record<string, unknown>;

const schemaOf = (schema: z.ZodType, io: 'input' | 'output'): Json => {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' }) as Json;
  return rest;
};

function parametersOf(schema: z.ZodType | undefined, where: 'path' | 'query'): Json[] {
  if (!schema) return [];
  const { properties = {}, required = [] } = schemaOf(schema, 'input') as {
    properties?: Record<string, Json>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, property]) => ({
    name,
    in: where,
    required: where === 'path' || required.includes(name),
    schema: property,
  }));
}

const PROBLEM: Json = {
  description:
    'A refusal: RFC 9457 problem document with `code`, `text` in zh and en, and `errors`.',
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
};

function operationOf(e: Endpoint): Json {
  return {
    operationId: `${e.method.toLowerCase()}${e.path.replace(/\W+(\w)/g, (_, c: string) => c.toUpperCase())}`,
    summary: e.summary.en,
    description: e.summary.zh,
    tags: [e.path.split('/')[2] ?? 'api'],
    'x-permit': e.permit,
    security: e.permit === 'open' ? [] : [{ session: [] }, { bearer: [] }],
    parameters: [
      ...parametersOf(e.params, 'path'),
      ...parametersOf(e.query, 'query'),
      ...(e.method === 'GET'
        ? []
        : [{ name: 'Idempotency-Key', in: 'header', schema: { type: 'string', maxLength: 200 } }]),
    ],
    ...(e.body
      ? {
          requestBody: {
            required: true,
            content: { 'application/json': { schema: schemaOf(e.body, 'input') } },
          },
        }
      : {}),
    responses: {
      200: {
        description: 'OK',
        content: { 'application/json': { schema: schemaOf(e.answer, 'output') } },
      },
      default: PROBLEM,
    },
  };
}

/** The OpenAPI 3.1 document of these endpoints; printed, never written by hand. */
export function openApiOf(endpoints: readonly Endpoint[], version: string): Json {
  const paths: Record<string, Json> = {};
  for (const e of endpoints) {
    const path = e.path.replace(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [e.method.toLowerCase()]: operationOf(e) };
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Fenghuo', version, license: { name: 'Apache-2.0', identifier: 'Apache-2.0' } },
    paths,
    components: {
      securitySchemes: {
        session: { type: 'apiKey', in: 'cookie', name: 'fenghuo_session' },
        bearer: { type: 'http', scheme: 'bearer' },
      },
      schemas: {
        Problem: {
          type: 'object',
          required: ['type', 'title', 'status', 'code'],
          properties: {
            type: { type: 'string' },
            title: { type: 'string' },
            status: { type: 'integer' },
            code: { type: 'string' },
            text: { type: 'object' },
            errors: { type: 'array', items: { type: 'object' } },
          },
        },
      },
    },
  };
}
