/** Text after the list of options in `--help`. */
export const EPILOGUE = `
All options of the request work, too: --method, --header, --data, --cookie, --page, --origin, --status, --websocket,
--subprotocol, --greeting, --frame, --json and others. npm run probe -- --help describes them.

What is done, after each restart:
  without --websocket: your request, the same again, and on a new connection; three times
  with --websocket:
    1. your request alone, then the same again, then the socket
    2. the socket first, then your request
    3. both at the same time
The differences show what belongs to the process, and what to the socket. Close all pages that use the server, because
their requests would be the first. With --start, they begin 2 s (--settle) after the server listens. A POST is sent
3 to 10 times after each restart.

Exit codes:
  0  a new process is not slow
  1  found what makes its first request slow
  2  cannot tell, and why; or invalid arguments, or no answer

Examples:
  You restart the server when asked:
    npm run probe -- restart http://localhost:8000/items
  The command restarts it, with a WebSocket:
    npm run probe -- restart http://localhost:8000/items --websocket ws://localhost:8000/ws \\
      --start 'uvicorn main:app --port 8000'
`;
