/** The documentation's site: what is in which chapter, and the build of it with typedoc. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './run.mjs';
import { describeLosses, plainer } from './site-losses.mjs';

const CHAPTERS = {
  classification: 'Classification',
  regression: 'Regression',
  probabilistic: 'Probabilistic',
  ranking: 'Metric learning',
  lists: 'Ranking',
  sequences: 'Sequences',
  segmentation: 'Segmentation',
  objective: 'Regularizers',
};

const GUIDES = 'Guides';
const RECIPES = 'Recipes';
const PROJECT = 'Project';

/** The chapter of each loss, as its `info` has it; `losskit` is the package's exports. */
const chaptersOf = (losskit) =>
  new Map(
    Object.values(losskit)
      .filter(({ info }) => info && info.shape !== 'linear')
      .map(({ info }) => [info.name, CHAPTERS[info.family]]),
  );

/** Losses, with their options, stand in the chapter of their family; the other functions under Tools. */
function arrange(project, losskit, typedoc) {
  const { Comment, CommentTag, ReflectionKind } = typedoc;
  const chapterOf = chaptersOf(losskit);
  const file = (reflection, chapter) => {
    reflection.comment ??= new Comment();
    reflection.comment.blockTags.push(new CommentTag('@category', [{ kind: 'text', text: chapter }]));
  };
  const lossOf = (name) => name.charAt(0).toLowerCase() + name.slice(1).replace(/Options$/, '');
  const [module] = project.getReflectionsByKind(ReflectionKind.Module);
  module.name = 'losskit';
  file(module, 'Reference');
  for (const reflection of module.children) {
    const isValue = reflection.kindOf([ReflectionKind.Variable, ReflectionKind.Function]);
    if (reflection.comment) listParameters(reflection.comment, CommentTag);
    const chapter = chapterOf.get(isValue ? reflection.name : lossOf(reflection.name)) ?? (isValue ? 'Tools' : null);
    if (chapter === null) continue;
    // The comment of a function is that of its signatures.
    for (const documented of reflection.signatures ?? [reflection]) file(documented, chapter);
  }
  describeLosses(module, losskit, typedoc);
}

/** A loss is a constant to typedoc, which gives each parameter of one a heading; here they become a list. */
function listParameters(comment, CommentTag) {
  const isParameter = ({ tag }) => tag === '@param';
  const first = comment.blockTags.findIndex(isParameter);
  if (first < 0) return;
  const items = comment.blockTags.filter(isParameter).flatMap(({ name, content }) => {
    const label = { kind: 'text', text: `\n- \`${name}\`: ` };
    return [label, ...content];
  });
  const list = new CommentTag('@parameters', items);
  const rest = comment.blockTags.filter((tag) => !isParameter(tag));
  comment.blockTags = [...rest.slice(0, first), list, ...rest.slice(first)];
}

const titleOf = (text) => text.match(/^\s*# (.*)$/m)?.[1];
const titles = (...folder) =>
  readdirSync(join(root, ...folder))
    .filter((file) => file.endsWith('.md'))
    .map((file) => titleOf(readFileSync(join(root, ...folder, file), 'utf8')));

/** Pages take their titles from their headings, and stand with their kind. */
function placePages(app, { Converter }) {
  const kinds = new Map([
    ...titles('docs').map((title) => [title, GUIDES]),
    ...titles('docs', 'recipes').map((title) => [title, RECIPES]),
  ]);
  app.converter.on(Converter.EVENT_CREATE_DOCUMENT, (_, page) => {
    page.name = titleOf(page.content[0].text) ?? page.name;
    page.frontmatter.category = kinds.get(page.name) ?? PROJECT;
  });
}

/** Writes the site of `losskit`, the package's exports, into `out`. Returns the typedoc project and its complaints: the site is right when there are none. */
export async function buildSite(out, losskit) {
  const typedoc = await import('typedoc');
  const { Application, Converter, TSConfigReader, TypeDocReader } = typedoc;
  const readers = [new TypeDocReader(), new TSConfigReader()];
  const app = await Application.bootstrap({ options: join(root, 'typedoc.json'), out }, readers);
  const complaints = [];
  app.logger = new (class extends typedoc.Logger {
    log(message, level) {
      if (level >= typedoc.LogLevel.Warn) complaints.push(message);
    }
  })();
  placePages(app, typedoc);
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => arrange(project, losskit, typedoc), 1000);
  app.renderer.on(typedoc.PageEvent.END, (page) => {
    page.contents = plainer(page.contents, losskit[page.model.name]?.info !== undefined);
  });
  const project = await app.convert();
  if (project === undefined) return { project, complaints: [...complaints, 'typedoc read nothing'] };
  app.validate(project);
  await app.generateOutputs(project);
  return { project, complaints };
}
