// The API reference, made in the browser from /openapi.json: what each operation takes, gives and refuses.

const METHODS = ["get", "head", "post"];

function element(tag, text = "", attributes = {}) {
  const made = document.createElement(tag);
  made.textContent = text;
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
}

// Descriptions come in Markdown; of it we use `code` only.
function prose(tag, text) {
  const made = element(tag);
  text.split("`").forEach((part, index) => made.append(index % 2 ? element("code", part) : part));
  return made;
}

function block(text) {
  // It may scroll sideways, and then the keyboard must reach it.
  return element("pre", text, { tabindex: "0" });
}

function resolve(document_, node) {
  if (!node?.$ref) return node;
  return node.$ref.slice(2).split("/").reduce((at, key) => at[key], document_);
}

function rows(head, entries) {
  const table = element("table");
  const top = table.createTHead().insertRow();
  for (const name of head) top.append(element("th", name, { scope: "col" }));
  const body = table.createTBody();
  for (const [first, ...rest] of entries) {
    const row = body.insertRow();
    row.append(element("th", first, { scope: "row" }));
    for (const text of rest) row.append(prose("td", text));
  }
  return table;
}

function shown(value) {
  return typeof value === "string" ? value : JSON.stringify(value, null, 2);
}

function example(media) {
  return media.example ?? Object.values(media.examples ?? {})[0]?.value;
}

function limits(schema) {
  const parts = [schema.type ?? "", schema.enum?.join(" | ") ?? "", schema.pattern ?? ""];
  if (schema.minimum !== undefined) parts.push(`at least ${schema.minimum}`);
  if (schema.default !== undefined) parts.push(`default ${schema.default}`);
  return parts.filter(Boolean).join(", ");
}

function command(method, path, operation) {
  const body = Object.values(operation.requestBody?.content ?? {})[0];
  const parts = [`curl ${method === "get" ? "" : method === "head" ? "-I " : "-X POST "}${location.origin}${path}`];
  if (body) parts.push("-H 'Content-Type: application/json'", `-d '${JSON.stringify(example(body))}'`);
  return parts.join(" \\\n  ");
}

function describe(document_, path, method, operation) {
  const box = element("details", "", { class: "operation", id: operation.operationId });
  const title = element("summary");
  title.append(element("strong", operation.summary), " ", element("code", `${method.toUpperCase()} ${path}`));
  box.append(title, prose("p", operation.description), block(command(method, path, operation)));
  const parameters = (operation.parameters ?? []).map((parameter) => resolve(document_, parameter));
  if (parameters.length) {
    box.append(element("h3", "Parameters"));
    box.append(rows(["Name", "In", "Meaning", "Values"],
      parameters.map((p) => [p.name, p.in, p.description ?? "", limits(p.schema)])));
  }
  box.append(element("h3", "Responses"));
  box.append(rows(["Status", "Meaning"], Object.entries(operation.responses).map(([s, r]) => [s, r.description])));
  for (const [status, response] of Object.entries(operation.responses)) {
    const media = Object.values(response.content ?? {})[0];
    if (!status.startsWith("2") || !media) continue;
    box.append(element("h3", `Example of ${status}`), block(shown(example(media))));
  }
  return box;
}

const document_ = await (await fetch("/openapi.json")).json();
document.getElementById("summary").textContent = document_.info.summary;
const reference = document.getElementById("reference");
const intro = element("section");
for (const paragraph of document_.info.description.trim().split("\n\n")) intro.append(prose("p", paragraph));
reference.append(intro);
for (const tag of document_.tags) {
  const group = element("section", "", { "aria-labelledby": `tag-${tag.name}` });
  group.append(element("h2", `${tag.name}: ${tag.description}`, { id: `tag-${tag.name}` }));
  for (const [path, operations] of Object.entries(document_.paths)) {
    for (const method of METHODS) {
      const operation = operations[method];
      if (operation?.tags.includes(tag.name)) group.append(describe(document_, path, method, operation));
    }
  }
  reference.append(group);
}
if (location.hash) document.getElementById(location.hash.slice(1))?.setAttribute("open", "");
