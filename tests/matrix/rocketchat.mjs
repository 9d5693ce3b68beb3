// A loopback server that answers the widget of `@rocket.chat/livechat` as Rocket.Chat does, as far as a hand-over needs it: its files, the REST
// calls, and the messages of its socket (DDP as text). It records every REST call that tells something of the visitor.
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import path from "node:path";

const CONFIG = {
  enabled: true,
  online: true,
  settings: {
    registrationForm: false,
    nameFieldRegistrationForm: false,
    emailFieldRegistrationForm: false,
    forceAcceptDataProcessingConsent: false,
    language: "en",
  },
  theme: {},
  messages: {},
  resources: {},
  triggers: [],
  customFields: [],
  departments: [
    { _id: "dep1", name: "presale", showOnRegistration: false },
    { _id: "dep2", name: "returns", showOnRegistration: false },
  ],
};
const TYPES = { ".css": "text/css", ".html": "text/html", ".js": "text/javascript" };
/** What the handshake of a WebSocket adds to the client's key (RFC 6455, section 1.3). */
const HANDSHAKE = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

/** Starts the server. `page` is the shop's page, `files` the folder of the built widget. */
export async function rocketchat(page, files, more) {
  const said = [];
  let visitor;
  let room;
  const answers = {
    config: () => ({ config: { ...CONFIG, ...(visitor && { guest: visitor }), ...(room && { room }) } }),
    visitor(body) {
      visitor = { _id: "v1", username: "guest-1", ...body.visitor };
      return { visitor };
    },
    "custom.field": (body) => ({ field: body }),
    room() {
      room = { _id: "r1", t: "l", open: true, departmentId: visitor?.department };
      return { room, newRoom: true };
    },
    message: () => ({ message: { _id: "m1", rid: "r1", msg: "x", ts: new Date().toISOString(), u: { _id: "v1", username: "guest-1" } } }),
  };
  const answer = (wanted, body) => {
    const call = wanted.replace("/api/v1/livechat/", "");
    const { token: _token, ...told } = body.visitor ?? body;
    if (["visitor", "custom.field", "room"].includes(call)) said.push([call, told]);
    return { success: true, ...(answers[call]?.(body) ?? { messages: [], status: "online", page: {} }) };
  };
  const server = createServer((request, response) => {
    let text = "";
    request.on("data", (part) => (text += part));
    request.on("end", () => {
      const { pathname } = new URL(request.url, "http://shop");
      const send = (type, body) => response.writeHead(200, { "content-type": type }).end(body);
      if (pathname === "/") return send("text/html", page);
      if (pathname in more) return send("text/javascript", more[pathname]);
      if (pathname === "/livechat") return send("text/html", readFileSync(path.join(files, "index.html")));
      if (pathname.startsWith("/api/v1/")) return send("application/json", JSON.stringify(answer(pathname, text ? JSON.parse(text) : {})));
      const file = path.join(files, pathname.replace("/livechat/", ""));
      if (!existsSync(file)) return response.writeHead(404).end();
      return send(TYPES[path.extname(file)] ?? "application/octet-stream", readFileSync(file));
    });
  });
  server.on("upgrade", (request, socket) => {
    const accept = createHash("sha1")
      .update(request.headers["sec-websocket-key"] + HANDSHAKE)
      .digest("base64");
    socket.write(`HTTP/1.1 101 x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`);
    socket.on("error", () => {});
    const send = (message) => socket.write(frame(Buffer.from(JSON.stringify(message))));
    let left = Buffer.alloc(0);
    socket.on("data", (part) => {
      left = Buffer.concat([left, part]);
      for (let read = parsed(left); read; read = parsed(left)) {
        left = left.subarray(read.length);
        if (read.opcode === 8) return socket.end();
        if (read.opcode !== 1) continue;
        const { msg, id } = JSON.parse(read.text);
        const replies = {
          connect: { msg: "connected", session: "s1" },
          ping: { msg: "pong" },
          sub: { msg: "ready", subs: [id] },
          method: { msg: "result", id, result: true },
          unsub: { msg: "nosub", id },
        };
        if (replies[msg]) send(replies[msg]);
      }
    });
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { url: `http://127.0.0.1:${server.address().port}/`, said, close: () => (server.closeAllConnections(), server.close()) };
}

/** A text as a frame of a WebSocket (RFC 6455, section 5.2), without a mask. */
function frame(text) {
  const head = text.length < 126 ? [129, text.length] : [129, 126, text.length >> 8, text.length & 255];
  return Buffer.concat([Buffer.from(head), text]);
}

/** The first frame that a client has sent, which is masked; undefined if it is not there as a whole. */
function parsed(bytes) {
  if (bytes.length < 2) return undefined;
  const isLong = (bytes[1] & 127) === 126;
  const head = isLong ? 4 : 2;
  if (bytes.length < head + 4) return undefined;
  const size = isLong ? bytes.readUInt16BE(2) : bytes[1] & 127;
  if (bytes.length < head + 4 + size) return undefined;
  const mask = bytes.subarray(head, head + 4);
  const text = Buffer.from(bytes.subarray(head + 4, head + 4 + size)).map((byte, at) => byte ^ mask[at & 3]);
  return { opcode: bytes[0] & 15, text: text.toString(), length: head + 4 + size };
}
