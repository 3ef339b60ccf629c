"""An existing site's backend: FastAPI with the PyPI package `pocketping`, unchanged.

Beside the package's own routes it serves one page with our script tag, and two routes through which a
test plays the operator (in a real site a chat app does).
"""

import os

from fastapi import FastAPI
from fastapi.responses import HTMLResponse
from pocketping import PocketPing
from pocketping.fastapi import add_cors_middleware, create_router

pp = PocketPing(welcome_message="Hello from Python")
app = FastAPI()
add_cors_middleware(app)
app.include_router(create_router(pp), prefix="/pocketping")


@app.get("/", response_class=HTMLResponse)
async def page() -> str:
    loader = os.environ["POCKETPING_ASSETS"] + "/pocketping.js"
    return f"""<!doctype html><html lang="en"><meta charset="utf-8"><title>A Python site</title>
<h1>A site with a Python backend</h1>
<script src="{loader}" data-endpoint="/pocketping"></script>"""


@app.post("/test/operator")
async def operator(body: dict) -> dict:
    message = await pp.send_operator_message(body["sessionId"], body["content"])
    return {"id": message.id}


@app.post("/test/messages")
async def messages(body: dict) -> dict:
    found = await pp.storage.get_messages(body["sessionId"], limit=10_000)
    return {"messages": [{"sender": m.sender.value, "content": m.content} for m in found]}


@app.post("/test/event")
async def event(body: dict) -> dict:
    await pp.emit_event(body["sessionId"], body["name"], body.get("data"))
    return {"ok": True}
