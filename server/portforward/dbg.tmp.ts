import { once } from "node:events";
import { request as httpRequest } from "node:http";
import { PreviewServer } from "./preview-server.fixture";
import { Program } from "./program.fixture";
const program = await Program.http(async (request, response) => {
      console.log("app got", request.headers);
      response.writeEarlyHints({ link: "</a.css>; rel=preload" });
      response.writeHead(200, { trailer: "X-Sum" });
      for await (const _chunk of request) {console.log("chunk", String(_chunk)); response.write("x");}
      console.log("trailers", request.trailers);
      response.addTrailers({ "X-Sum": (request.trailers["x-in"] ?? "") as string });
      response.end();
    });
const preview = await PreviewServer.start(program.port);
const headers = preview.headersFor({
      headers: { "transfer-encoding": "chunked", trailer: "X-In", origin: preview.origin },
    });
    const request = httpRequest({ host: "127.0.0.1", port: preview.port, method: "POST", path: "/", headers });
    request.on("information", (i) => console.log("info", i.statusCode));
    request.on("response", (r) => { console.log("resp", r.statusCode, r.headers); r.on("data", (d: any) => console.log(String(d))); r.on("end", () => console.log("end", r.trailers)); });
    request.write("body");
    request.addTrailers({ "X-In": "sum-of-it" });
    request.end();
setTimeout(() => process.exit(), 1500);
