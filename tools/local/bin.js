#!/usr/bin/env node
require('./typescript.js');
require('./main.ts');
