import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const OUTPUT = here('../../dist/console/web');

/** The sidecar that the development server passes the API on to. */
const SIDECAR = process.env['ECSIDECAR_URL'] ?? 'http://localhost:4566';

/** As Vite serves it: what is the page's own has an ending or an `@`, or is opened by a person. */
const PAGE = '/_ecsidecar/';

export default defineConfig({
  root: here('web'),
  base: PAGE,
  plugins: [react(), fontsAsFiles(), precompress()],
  build: {
    outDir: OUTPUT,
    emptyOutDir: true,
    target: 'es2024',
    // The Content-Security-Policy lets nothing run or show that is inline.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 2000,
  },
  server: {
    port: 4567,
    strictPort: true,
    proxy: {
      '^/_ecsidecar/(api/|health$|events$)': toSidecar(),
      // The AWS API itself: POST to the root.
      '^/$': { ...toSidecar(), bypass: (request) => (request.method === 'POST' ? undefined : request.url) },
    },
  },
});

/** The sidecar takes requests of its own origin alone, so they are made to look like it. */
function toSidecar() {
  return { target: SIDECAR, changeOrigin: true, headers: { origin: new URL(SIDECAR).origin } };
}

/** The design system's fonts are written into its style sheet: as files, only those that a page shows are fetched. */
function fontsAsFiles(): Plugin {
  return {
    name: 'fonts-as-files',
    apply: 'build',
    enforce: 'post',
    generateBundle(_options, bundle) {
      for (const asset of Object.values(bundle)) {
        if (asset.type !== 'asset' || !asset.fileName.endsWith('.css')) continue;
        asset.source = String(asset.source).replaceAll(
          /url\((["']?)data:[\w/+-]*font[\w/+-]*(?:;charset=[\w-]+)?;base64,([\w+/=]+)\1\)/g,
          (_whole, _quote, base64: string) => {
            const source = Buffer.from(base64, 'base64');
            const id = this.emitFile({ type: 'asset', name: 'font.woff2', source });
            return `url(${PAGE}${this.getFileName(id)})`;
          },
        );
      }
    },
  };
}

/** Puts `.br` and `.gz` beside each file of text, so that serving costs nothing. */
function precompress(): Plugin {
  return {
    name: 'precompress',
    apply: 'build',
    closeBundle() {
      for (const path of readdirSync(OUTPUT, { recursive: true, encoding: 'utf8' })) {
        if (!['.js', '.css', '.html', '.svg'].includes(extname(path))) continue;
        const file = join(OUTPUT, path);
        const content = readFileSync(file);
        const size = { [constants.BROTLI_PARAM_SIZE_HINT]: content.length };
        const quality = { [constants.BROTLI_PARAM_QUALITY]: 9 };
        writeFileSync(`${file}.br`, brotliCompressSync(content, { params: { ...size, ...quality } }));
        writeFileSync(`${file}.gz`, gzipSync(content, { level: 9 }));
      }
    },
  };
}
