// Compiles test/<folder>/*.test.ts with esbuild and runs them with Node's own test runner.
// usage: node test/run.mjs unit|page [NAME...]: all, or those whose file names begin with one of these

import { spawnSync } from 'node:child_process';
import { readdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { languages } from '../languages.mjs';

const folder = process.argv[2] ?? 'unit';
const here = dirname(fileURLToPath(import.meta.url));
const out = join(here, '..', 'dist-test', folder);
const wanted = process.argv.slice(3);
const tests = (await readdir(join(here, folder))).filter((name) => name.endsWith('.test.ts') &&
    (wanted.length === 0 || wanted.some((begin) => name.startsWith(begin))));
if (tests.length === 0) throw new Error(`no tests in ${join(here, folder)}`);

await rm(out, { recursive: true, force: true });
await build({
    entryPoints: tests.map((name) => join(here, folder, name)),
    outdir: out, bundle: true, platform: 'node', format: 'esm', outExtension: { '.js': '.mjs' }, target: 'node18',
    packages: 'external', jsx: 'automatic', jsxImportSource: 'preact', sourcemap: 'inline', logLevel: 'warning',
    loader: { '.txt': 'text' }, plugins: [languages],
});
const files = tests.map((name) => join(out, name.replace(/\.ts$/, '.mjs')));
const run = spawnSync(process.execPath, ['--enable-source-maps', '--test', ...files], { stdio: 'inherit' });
process.exit(run.status ?? 1);
