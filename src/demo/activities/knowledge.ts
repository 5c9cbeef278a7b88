import { prefixedId } from "../identifiers.ts";
import type { Activity, Scene } from "../scene.ts";
import { ARTICLE_TAGS, ARTICLE_TITLES } from "../vocabulary.ts";

const VISIBILITIES = ["private", "team", "organization", "public"] as const;

export function createArticle({ organization, random }: Scene): Activity {
  const name = `${random.pick(ARTICLE_TITLES)} (${random.pick(["draft", "EMEA", "internal", "2026", "short version"])})`;
  const article = { id: prefixedId("kb", random), name };
  organization.articles[random.below(organization.articles.length)] = article;
  return {
    action: "knowledge.create",
    resource: { type: "knowledge", ...article },
    description: `Created the article “${name}”.`,
    metadata: {
      format: random.pick(["markdown", "pdf", "web"]),
      size_bytes: random.between(800, 240_000),
      tags: [random.pick(ARTICLE_TAGS)],
      import: { source: random.pick(["editor", "upload", "crawler"]), language: random.pick(["en", "de", "pt", "fr"]) },
    },
  };
}

export function updateArticle({ organization, random }: Scene): Activity {
  const article = random.pick(organization.articles);
  const version = random.between(2, 60);
  const resource = { type: "knowledge", ...article };
  if (random.chance(0.35)) {
    const before = random.pick(VISIBILITIES);
    const after = random.pick(VISIBILITIES.filter((visibility) => visibility !== before));
    return {
      action: "knowledge.update",
      resource,
      description: `Changed who can see “${article.name}” from ${before} to ${after}.`,
      changes: [{ path: "visibility", before, after }],
      metadata: { version, before: { visibility: before }, after: { visibility: after } },
    };
  }
  if (random.chance(0.4)) {
    const before = [random.pick(ARTICLE_TAGS)];
    const added = random.pick(ARTICLE_TAGS.filter((tag) => !before.includes(tag)));
    return {
      action: "knowledge.update",
      resource,
      description: `Tagged “${article.name}” as ${added}.`,
      metadata: {
        version,
        before: { tags: before, review: { due_in_days: 30 } },
        after: { tags: [...before, added], review: { due_in_days: 90 } },
      },
    };
  }
  const before = random.between(300, 9_000);
  const after = Math.max(1, before + random.between(-200, 600));
  return {
    action: "knowledge.update",
    resource,
    description: `Edited the text of “${article.name}”.`,
    changes: [
      { path: "version", before: version - 1, after: version },
      { path: "content.words", before, after },
    ],
    metadata: { editor: { autosave: random.chance(0.5), duration_s: random.between(20, 2400) } },
  };
}

export function deleteArticle({ organization, random }: Scene): Activity {
  const index = random.below(organization.articles.length);
  const article = random.pick(organization.articles.slice(index, index + 1));
  organization.articles[index] = { id: prefixedId("kb", random), name: random.pick(ARTICLE_TITLES) };
  return {
    action: "knowledge.delete",
    resource: { type: "knowledge", ...article },
    description: `Deleted the article “${article.name}”.`,
    metadata: { reason: random.pick(["duplicate", "outdated", "merged"]), chunks_removed: random.between(1, 140) },
  };
}
