// A service of somebody else's: Node, and the SDK of CloudEvents for JavaScript.
import { createServer } from "node:http";
import { createRequire } from "node:module";

const { CloudEvent, HTTP } = createRequire(process.env.NODE_MODULES)("cloudevents");

const server = createServer((request, response) => {
  const chunks = [];
  request.on("data", (chunk) => chunks.push(chunk));
  request.on("end", () => {
    const priced = HTTP.toEvent({ headers: request.headers, body: Buffer.concat(chunks).toString() });
    console.log(`ships ${priced.data.id} for ${priced.data.price}`);
    const shipped = new CloudEvent({
      id: `${priced.id}-shipped`,
      source: process.env.K_SERVICE,
      type: "order.shipped",
      data: priced.data,
    });
    const message = HTTP.structured(shipped);
    response.writeHead(200, message.headers);
    response.end(message.body);
  });
});
server.listen(process.env.PORT, "127.0.0.1");
