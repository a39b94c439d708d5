// Opens every YAML file of an archive that names its schema in a language server, as an editor would, and prints what it says.
// npx --yes -p yaml-language-server@1.25 node tests/editor/validate.mjs examples/archive
// Exit status: 0 nothing found, 1 diagnostics, 2 no such archive or no answer.

import { spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const ANSWER_MS = 60_000;
const SEVERITIES = ["", "error", "warning", "information", "hint"];
const SETTINGS = { validate: true, hover: true, completion: true, schemaStore: { enable: false }, schemas: {} };

const folder = resolve(process.argv[2] ?? "");
if (!process.argv[2] || !existsSync(join(folder, "archive.yaml"))) {
  console.error("usage: node tests/editor/validate.mjs ARCHIVE");
  process.exit(2);
}

const files = readdirSync(folder, { recursive: true })
  .filter((path) => path.endsWith(".yaml") && !path.startsWith(".git"))
  .sort()
  .map((path) => ({ path, text: readFileSync(join(folder, path), "utf8"), uri: pathToFileURL(join(folder, path)).href }))
  .filter(({ text }) => text.startsWith("# yaml-language-server: $schema="));

const server = spawn("yaml-language-server", ["--stdio"], { stdio: ["pipe", "pipe", "inherit"], shell: process.platform === "win32" });
server.on("error", () => fail("yaml-language-server is not on the path; run this with npx, as the first lines say"));
server.on("exit", () => fail("the server ended early"));

function fail(problem) {
  console.error(problem);
  process.exit(2);
}

function send(message) {
  const body = JSON.stringify({ jsonrpc: "2.0", ...message });
  server.stdin.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
}

const waiting = new Map(files.map((file) => [file.uri, file]));
let found = 0;

function received(message) {
  if (message.id === 1 && message.result) {
    send({ method: "initialized", params: {} });
    send({ method: "workspace/didChangeConfiguration", params: { settings: { yaml: SETTINGS } } });
  } else if (message.method === "workspace/configuration") {
    send({ id: message.id, result: message.params.items.map(({ section }) => (section === "yaml" ? SETTINGS : null)) });
    open();
  } else if (message.method && message.id !== undefined) {
    send({ id: message.id, result: null });
  } else if (message.method === "textDocument/publishDiagnostics") {
    diagnosed(message.params);
  }
}

let opened = false;

function open() {
  if (opened) return;
  opened = true;
  for (const { uri, text } of files) {
    send({ method: "textDocument/didOpen", params: { textDocument: { uri, languageId: "yaml", version: 1, text } } });
  }
}

function diagnosed({ uri, diagnostics }) {
  const file = waiting.get(uri);
  if (!file) return;
  waiting.delete(uri);
  for (const { range, severity, message } of diagnostics) {
    found += 1;
    console.log(`${file.path}:${range.start.line + 1}:${range.start.character + 1}: ${SEVERITIES[severity] ?? ""} ${message}`);
  }
  if (waiting.size === 0) {
    console.log(`${files.length} files of ${relative(".", folder) || "."}, ${found} diagnostics`);
    process.exit(found ? 1 : 0);
  }
}

let pending = Buffer.alloc(0);
server.stdout.on("data", (chunk) => {
  pending = Buffer.concat([pending, chunk]);
  for (;;) {
    const end = pending.indexOf("\r\n\r\n");
    const length = end < 0 ? NaN : Number(/Content-Length: (\d+)/i.exec(pending.subarray(0, end).toString())[1]);
    if (!(pending.length >= end + 4 + length)) return;
    const body = pending.subarray(end + 4, end + 4 + length).toString();
    pending = pending.subarray(end + 4 + length);
    received(JSON.parse(body));
  }
});

setTimeout(() => fail(`no answer about ${[...waiting.values()].map(({ path }) => path).join(", ")}`), ANSWER_MS);
send({
  id: 1,
  method: "initialize",
  params: {
    processId: process.pid,
    rootUri: pathToFileURL(folder).href,
    workspaceFolders: [{ uri: pathToFileURL(folder).href, name: "archive" }],
    capabilities: {
      workspace: { configuration: true, workspaceFolders: true, didChangeConfiguration: { dynamicRegistration: true } },
      textDocument: { publishDiagnostics: {}, synchronization: {} },
    },
  },
});
