/**
 * Reads all that its peers send and, at the end of each connection, answers how many bytes that
 * were, in decimal.
 *
 * usage: node sink-node.js PORT    prints "listening PORT"
 */
import { createServer } from "node:net";

const server = createServer({ allowHalfOpen: true }, (socket) => {
  let total = 0;
  socket.on("data", (data) => {
    total += data.length;
  });
  socket.on("end", () => socket.end(`${total}`));
  // A peer that resets ends its own connection, not the server.
  socket.on("error", () => socket.destroy());
});

server.listen(Number(process.argv[2]), "127.0.0.1", () => {
  console.log(`listening ${server.address().port}`);
});
