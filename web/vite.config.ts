import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const brotli = promisify(brotliCompress);
const zip = promisify(gzip);

/**
 * Writes `.br` and `.gz` beside every text file, so that the server only sends bytes:
 * uncompressed,
 * the first paint took 3–15 s on a phone line. Of the written files, since Vite still
 * changes chunks
 * while it generates them. Quality 9 keeps the build short.
 */
function precompressed(): Plugin {
  return {
    name: 'fenghuo-precompressed',
    apply: 'build',
    async writeBundle({ dir = '' }, bundle) {
      const texts = Object.keys(bundle).filter((name) => /\.(js|mjs|css|html|svg)$/.test(name));
      await Promise.all(
        texts.map(async (name) => {
          const bytes = await readFile(join(dir, name));
          const br = { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } };
          const [small, zipped] = await Promise.all([brotli(bytes, br), zip(bytes, { level: 9 })]);
          await writeFile(join(dir, `${name}.br`), small);
          await writeFile(join(dir, `${name}.gz`), zipped);
        }),
      );
    },
  };
}

/**
 * The service worker must know what the field page is made of: the list of its files is written
 * into `field/sw.js`, which is served from its own folder and so may only speak for /field/.
 */
function fieldShell(): Plugin {
  return {
    name: 'fenghuo-field-shell',
    apply: 'build',
    generateBundle(_options, bundle) {
      const worker = bundle['field/sw.js'];
      if (worker?.type !== 'chunk') throw new Error('field/sw.js was not built');
      const files = new Set<string>();
      const walk = (name: string): void => {
        const chunk = bundle[name];
        if (chunk?.type !== 'chunk' || files.has(name)) return;
        files.add(name);
        for (const css of chunk.viteMetadata?.importedCss ?? []) files.add(css);
        for (const next of [...chunk.imports, ...chunk.dynamicImports]) walk(next);
      };
      for (const chunk of Object.values(bundle)) {
        if (chunk.type === 'chunk' && chunk.isEntry && chunk.name === 'field') walk(chunk.fileName);
      }
      const shell = [...files].map((file) => `/${file}`).sort();
      worker.code = worker.code.replace('__SHELL__', JSON.stringify(shell).replaceAll('"', '\\"'));
    },
  };
}

export default defineConfig({
  root: here('.'),
  publicDir: here('./public'),
  plugins: [react(), fieldShell(), precompressed()],
  resolve: {
    // The faces never run the schemas: the server has parsed every answer and will parse every
    // request. Types come from them at compile time, so a phone need not carry the parser.
    alias: { zod: here('./kit/schemaless.ts') },
  },
  worker: { format: 'es' },
  server: { proxy: { '/api': 'http://127.0.0.1:8080', '/tiles': 'http://127.0.0.1:8080' } },
  build: {
    outDir: here('../dist/web'),
    emptyOutDir: true,
    target: 'es2023',
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    chunkSizeWarningLimit: 2000,
    rollupOptions: {
      input: {
        door: here('./index.html'),
        command: here('./command/index.html'),
        desk: here('./desk/index.html'),
        field: here('./field/index.html'),
        'field/sw': here('./field/sw.ts'),
      },
      output: {
        entryFileNames: (chunk) =>
          chunk.name === 'field/sw' ? 'field/sw.js' : 'assets/[name]-[hash].js',
      },
    },
  },
});
