/**
 * The echo server of node:net. A server's sockets read into buffers that libuv asks Node for,
 * so there is no buffer size to set.
 *
 * usage: node echo-node.js PORT    prints "listening PORT"
 */
import { createServer } from "node:net";

const server = createServer({ noDelay: true, allowHalfOpen: false }, (socket) => {
  socket.on("data", (data) => {
    if (!socket.write(data)) socket.pause();
  });
  socket.on("drain", () => socket.resume());
  // A peer that resets ends its own connection, not the server.
  socket.on("error", () => socket.destroy());
});

server.listen({ host: "127.0.0.1", port: Number(process.argv[2]), backlog: 4096 }, () => {
  console.log(`listening ${server.address().port}`);
});
