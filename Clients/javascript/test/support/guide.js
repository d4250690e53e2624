// The code of docs/frontend-guide.md, written out and compiled with tsc against the types of the library and of React.
//
//   node guide.js FOLDER      writes what the guide's page is made of, as browsers read it, into FOLDER
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = fileURLToPath(new URL('../../../..', import.meta.url));
const library = join(root, 'Clients/javascript/nodus.d.ts');
/** Where the page in plain HTML has the library from. */
const servedLibrary = 'http://127.0.0.1:8000/client/nodus.js';
const debian = '/usr/share/nodejs';

export const guides = { english: 'docs/frontend-guide.md', russian: 'docs/frontend-guide.ru.md' };

export function read(guide) { return readFileSync(join(root, guide), 'utf8'); }

/** All fenced blocks: the language, the name after it, and the text. */
export function blocksOf(text) {
  const found = text.matchAll(/^```(\w+)(?: (\S+))?\n(.*?)^```$/gms);
  return [...found].map(([, language, name = null, code]) => ({ language, name, code }));
}

/** What the page's scripts say, for the compiler. */
function scriptsOf(html) {
  return [...html.matchAll(/<script type="module">\n(.*?)<\/script>/gs)].map((match) => match[1]).join('\n');
}

/** The types of the guide are those of the library, and its examples are such values. */
function checksOf(blocks) {
  const own = [...blocks.find((block) => block.name === 'types.ts').code.matchAll(/^export interface (\w+)/gm)]
    .map((match) => match[1]);
  const shared = own.filter((name) => name !== 'Failure');
  const examples = blocks.filter((block) => block.language === 'json' && block.name).map(({ name, code }, index) => {
    const type = name.replace(/^\w+/, (word) => `${own.includes(word) ? 'guide' : 'library'}.${word}`);
    return `export const example${index}: ${type} = ${code.trim()};`;
  });
  return [
    "import type * as guide from './types';",
    "import type * as library from 'nodus-client';",
    ...shared.map((name) => `export const here${name} = (each: library.${name}): guide.${name} => each;`),
    ...shared.map((name) => `export const there${name} = (each: guide.${name}): library.${name} => each;`),
    ...examples,
  ].join('\n');
}

function run(folder, name, compilerOptions, include) {
  const options = {
    noUnusedLocals: true, noUnusedParameters: true, noFallthroughCasesInSwitch: true, jsx: 'react-jsx', isolatedModules: true,
    target: 'es2022', module: 'es2022', moduleResolution: 'node', lib: ['es2022', 'dom', 'dom.iterable'], types: [], baseUrl: '.',
    paths: {
      'nodus-client': [library], [servedLibrary]: [library], '*': [`${debian}/@types/*`, `${debian}/*`],
    },
    ...compilerOptions,
  };
  writeFileSync(join(folder, name), JSON.stringify({ compilerOptions: options, include }));
  try {
    execFileSync('tsc', ['-p', name], { cwd: folder, encoding: 'utf8' });
    return '';
  } catch (error) {
    if (error.stdout) return error.stdout;
    throw error;
  }
}

/** Compiles the blocks, and says what the compiler says; with `outDir` it gets the modules. */
export function compile(blocks, outDir = null) {
  const folder = mkdtempSync(join(tmpdir(), 'nodus-guide-'));
  try {
    for (const { language, name, code } of blocks) {
      if (language === 'html') writeFileSync(join(folder, `${name}.js`), scriptsOf(code));
      if (/^(tsx?|js)$/.test(language)) writeFileSync(join(folder, name), code);
    }
    writeFileSync(join(folder, 'examples.ts'), checksOf(blocks));
    const emitted = outDir ? { outDir } : { noEmit: true };
    const typed = run(folder, 'typed.json', { strict: true, ...emitted }, ['*.ts', '*.tsx']);
    // Scripts without types are held to what can be told of them.
    const plain = run(folder, 'plain.json', { allowJs: true, checkJs: true, noEmit: true }, ['*.js']);
    return typed + plain;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const [folder] = process.argv.slice(2);
  const blocks = blocksOf(read(guides.english));
  mkdirSync(folder, { recursive: true });
  const complaints = compile(blocks, folder);
  if (complaints) {
    console.error(complaints);
    process.exit(1);
  }
  for (const { language, name, code } of blocks) {
    if (language === 'html' || language === 'css') writeFileSync(join(folder, name), code);
  }
}
