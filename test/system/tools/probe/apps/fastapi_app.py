"""A FastAPI app with one planted cause, which the variable PLANTED names."""

import os
import time

from fastapi import FastAPI, WebSocket, WebSocketDisconnect
from fastapi.middleware.cors import CORSMiddleware

PLANTED = os.environ.get("PLANTED")

app = FastAPI()
app.add_middleware(
    CORSMiddleware,
    allow_origins=["*"],
    allow_methods=["*"],
    allow_headers=["*"],
    max_age=0 if PLANTED == "preflight" else 7200,
)


@app.api_route("/items", methods=["GET", "POST"])
async def items():
    if PLANTED == "import":
        import slow_import  # noqa: F401
    return []


@app.websocket("/ws")
async def echo(socket: WebSocket):
    await socket.accept()
    try:
        while True:
            frame = await socket.receive_text()
            if PLANTED == "frame":
                time.sleep(0.04)
            await socket.send_text(frame)
    except WebSocketDisconnect:
        pass


print("Loaded")
