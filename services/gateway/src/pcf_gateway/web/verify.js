// "Verify a file": the file stays here, only its hash is asked about. No HTML from text.

import { send } from "./key.js";

const find = (id) => document.getElementById(id);
const area = find("verify");
let latest = 0;

async function hash(file) {
  const digest = await crypto.subtle.digest("SHA-256", await file.arrayBuffer());
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function ask(file) {
  const sha256 = await hash(file);
  const response = await send(`/v1/verify/${sha256}`);
  const content = await response.json();
  if (!response.ok) throw new Error(content.userMessage);
  return content;
}

async function verify(file) {
  if (!file) return;
  const own = ++latest;
  find("verdict").replaceChildren(`Looking for ${file.name} …`);
  const failed = (error) => [`${file.name} could not be verified. ${error.message}`];
  const told = await ask(file).then((found) => verdict(file, found), failed);
  // Another file may have been chosen meanwhile.
  if (own === latest) find("verdict").replaceChildren(...told);
}

function verdict(file, found) {
  if (!found.known) return [`✕ ${file.name} was not made here, or has been changed since.`];
  const [first] = found.builds;
  if (!first) return [`✓ ${file.name} was made here.`];
  const link = document.createElement("a");
  link.href = `/#${first.id}`;
  link.textContent = first.id;
  const made = new Date(first.create_time).toLocaleString("en", { dateStyle: "medium", timeStyle: "short" });
  const others = found.total > 1 ? `, and by ${(found.total - 1).toLocaleString("en")} later` : "";
  const control = `${first.namespace}.${first.component_name}`;
  const kind = first.kind.replace("-", " ");
  return [`✓ ${file.name} is the ${kind} of ${control}, made on ${made} by build `, link, `${others}.`];
}

function hovered(on) {
  return (event) => {
    event.preventDefault();
    area.classList.toggle("dropping", on);
  };
}

area.hidden = !crypto.subtle; // which browsers give only to pages from HTTPS and from this machine
find("file").addEventListener("change", (event) => verify(event.target.files[0]));
area.addEventListener("dragover", hovered(true));
area.addEventListener("dragleave", hovered(false));
area.addEventListener("drop", (event) => {
  hovered(false)(event);
  // So that the field names what is judged.
  find("file").files = event.dataTransfer.files;
  verify(event.dataTransfer.files[0]);
});
