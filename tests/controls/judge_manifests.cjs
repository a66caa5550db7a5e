// Microsoft's manifest validator, types generator and manifest processor, called in process: 3 ms a manifest.
// Reads manifests from standard input and writes verdicts to standard output, each a line of JSON.
"use strict";
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");

const [, , modules] = process.argv;
const ours = (name) => require(path.join(modules, "pcf-scripts", name));
const { ControlContext } = ours("controlContext.js");
const { DiagnosticManager } = ours("diagnostic.js");
const { ManifestProcessor } = ours("manifestProcessor.js");
const { ManifestSchemaValidator } = ours("manifestSchemaValidator.js");
const { ManifestTypesGenerator } = ours("manifestTypesGenerator.js");

function judged({ manifest, folder }) {
    fs.mkdirSync(folder, { recursive: true });
    fs.writeFileSync(path.join(folder, "ControlManifest.Input.xml"), manifest);
    const problems = new DiagnosticManager();
    const control = new ControlContext(problems, folder);
    new ManifestSchemaValidator(control.getParsedManifest(), problems).validateManifest();
    if (problems.hasErrors()) {
        return { accepted: false };
    }
    const data = control.getControlManifest().getManifestData();
    const processed = new ManifestProcessor(data, folder, problems).getProcessedManifest().processedManifest;
    const types = new ManifestTypesGenerator().generateManifestTypes(data);
    return { accepted: true, types, processed: processed.getManifestXmlString() };
}

const scratch = fs.mkdtempSync(path.join(os.tmpdir(), "manifests-"));
for (const line of fs.readFileSync(0, "utf8").split("\n").filter(Boolean)) {
    const asked = JSON.parse(line);
    let verdict;
    try {
        verdict = judged({ ...asked, folder: path.join(scratch, asked.constructor) });
    } catch (error) {
        // What it cannot read it does not accept; its build ends there too.
        verdict = { accepted: false, error: String(error) };
    }
    process.stdout.write(`${JSON.stringify(verdict)}\n`);
}
fs.rmSync(scratch, { recursive: true });
