/** Text after the list of options in `--help`. */
export const EPILOGUE = `
What is sent, one after the other:
  your request, as the very first one: only that shows a cold process. Start the server, send nothing, pass --fresh.
  the same on the same connection; then on 8 new connections, each twice, and twice with a URL that is new to the server
  (the query parameter "probe"); then 8 at once, twice; and one after each rest: about 65 requests
  with --page or --origin, 5 preflights, if a browser sends them for this request
  with --websocket, about 20 sockets, one at a time; with --frame, 60 of each kind; and a request for each of both
  at the end a request for a path that does not exist and one for /openapi.json, which show the framework
A POST is repeated as often, and each one can store something. Use the command only on servers that you operate.
With --load, silent connections, silent sockets and a storm of frames slow the requests of other users for minutes.

Exit codes:
  0  no problem found
  1  found what makes the first request slow, or sockets that slow requests
  2  cannot tell, and why: without --fresh, a cold process cannot be excluded; or invalid arguments, or no answer

Examples:
  FastAPI, just started, whose page is served by a live-reload server:
    npm run probe -- http://localhost:8000/items --page http://localhost:5500/index.html --fresh
  A POST with JSON, as fetch sends it from the page, with a cookie:
    npm run probe -- https://api.example.com/orders --data '{"item":1}' --origin https://app.example.com \\
      --cookie session=abc --credentials include
  Express with a WebSocket: one frame blocks the event loop?
    npm run probe -- http://localhost:3000/api --websocket ws://localhost:3000/chat --frame hello
  This app, from npm start, under load:
    npm run probe -- http://localhost:4510/health --websocket ws://localhost:4511 --subprotocol twinlane.v1 --load
  A report for a colleague, and all numbers:
    npm run probe -- https://api.example.com/items --html report.html
    npm run probe --silent -- https://api.example.com/items --json > report.json
  Three guided restarts of your server, which separate the costs of a cold process:
    npm run probe -- restart http://localhost:8000/items
`;
