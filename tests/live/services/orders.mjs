// A source of somebody else's: it sends one order in each mode to K_SINK, and ends.
import { createRequire } from "node:module";

const { CloudEvent, emitterFor, httpTransport, Mode } = createRequire(process.env.NODE_MODULES)("cloudevents");

const { extensions } = JSON.parse(process.env.K_CE_OVERRIDES);
for (const mode of [Mode.BINARY, Mode.STRUCTURED]) {
  const emit = emitterFor(httpTransport(process.env.K_SINK), { mode });
  const order = new CloudEvent({
    id: `node-${mode}`,
    source: "/orders",
    type: "order.placed",
    data: { id: mode, quantity: 2 },
    ...extensions,
  });
  await emit(order);
}
console.log("sent");
