'use strict';

/** An Express app with one planted cause, which the variable PLANTED names. */
const express = require('express');
const block = require('./block.cjs');

const { PLANTED } = process.env;
const app = express();
const compiled = new Set();
let loaded = false;

app.use((request, response, next) => {
  response.set('Access-Control-Allow-Origin', '*');
  if (request.method !== 'OPTIONS') {
    next();
    return;
  }
  response.set('Access-Control-Allow-Headers', 'content-type');
  if (PLANTED !== 'preflight') {
    response.set('Access-Control-Max-Age', '7200');
  }
  response.sendStatus(204);
});

app.all('/items', (request, response) => {
  if (PLANTED === 'import' && !loaded) {
    loaded = true;
    block(400);
  }
  if (PLANTED === 'url' && !compiled.has(request.originalUrl)) {
    compiled.add(request.originalUrl);
    block(300);
  }
  response.json([]);
});

const server = app.listen(0, '127.0.0.1', () => {
  console.log(`Loaded\nListening at http://127.0.0.1:${server.address().port}`);
});
