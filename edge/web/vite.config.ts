import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  plugins: [react()],
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    assetsInlineLimit: 0,
    sourcemap: false,
    // What changes with every release is small; what others wrote stays in the reader's cache.
    rolldownOptions: {
      // What reads files of readings is fetched by those who import them.
      output: {
        codeSplitting: {
          groups: [
            { name: 'packages', test: /node_modules[\\/](?!csv-parse|temporal-|yaml)/ },
            { name: 'readers', test: /node_modules[\\/](?:csv-parse|temporal-|yaml)/ },
          ],
        },
      },
    },
  },
  server: {
    proxy: Object.fromEntries(
      ['/api', '/health', '/metrics', '/openapi.json'].map((path) => [
        path,
        'http://localhost:8080',
      ]),
    ),
  },
});
