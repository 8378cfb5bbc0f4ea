// The host over HTTP and one WebSocket: what the page's http transport speaks. The whole protocol:
//
//   GET  /?token=TOKEN       the printed address: 303 to / with the cookie `albert_PORT` (HttpOnly, SameSite=Strict)
//   GET  /, /assets/…        the built pages; with the cookie, or `Authorization: Bearer TOKEN`; else 401
//   POST /call/METHOD        body: the input as JSON (Content-Type: application/json, at most 4 MB)
//                            200 with an Answer { ok: true, value } or { ok: false, error } as JSON, refusals included
//   POST /files?name=NAME    body: the file's bytes (Content-Type: application/octet-stream); 200 with an Answer of a FileRef
//   GET  /events             upgrade to a WebSocket: each text message is one Notice { name, payload } as JSON.
//                            Nothing is sent by the page. Closed with 1001: the server stops; 4008: the page read too slowly.
//                            After a break the page connects again and asks anew for what it shows: missed events are not resent.
//
// Where a request is not let in at all (401 token, 403 host or origin, 404 page, 413 size, 415 type) the body is still an Answer
// with a sentence. Page and host are of one origin, so the page names no address: fetch('/call/jobs.list'), new
// WebSocket(location.origin.replace('http', 'ws') + '/events').
