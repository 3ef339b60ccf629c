"""An existing site's backend: FastAPI with the PyPI package `pocketping`, unchanged.

Beside the package's own routes (`/pocketping`) it has them together with what the package has functions for and no
routes (`/complete`): edits, deletions, identities and files, where widgets look for them. `/` and `/complete` are pages
with our script tag. Through the routes under `/test` a test plays the operator (in a real site a chat app does).
"""

import os

from fastapi import APIRouter, FastAPI, HTTPException, Request, Response
from fastapi.responses import HTMLResponse
from pocketping import PocketPing
from pocketping.fastapi import add_cors_middleware, create_router
from pocketping.models import (
    DeleteMessageRequest,
    EditMessageRequest,
    IdentifyRequest,
    ReadRequest,
    SendMessageRequest,
    TypingRequest,
    UploadRequest,
)

pp = PocketPing(
    welcome_message="Hello from Python",
    upload_base_url=os.environ["POCKETPING_SITE"] + "/uploads",
)
app = FastAPI()
add_cors_middleware(app)
app.include_router(create_router(pp), prefix="/pocketping")

complete = APIRouter()
files: dict[str, tuple[str, bytes]] = {}


@complete.patch("/message/{message_id}")
async def edit(message_id: str, body: dict) -> dict:
    request = EditMessageRequest(**{**body, "messageId": message_id})
    return (await pp.handle_edit_message(request)).model_dump(by_alias=True)


@complete.delete("/message/{message_id}")
async def delete(message_id: str, sessionId: str) -> dict:
    request = DeleteMessageRequest(sessionId=sessionId, messageId=message_id)
    return (await pp.handle_delete_message(request)).model_dump(by_alias=True)


@complete.post("/identify")
async def identify(request: IdentifyRequest) -> dict:
    return (await pp.handle_identify(request)).model_dump(by_alias=True)


@complete.post("/upload")
async def upload(request: UploadRequest) -> dict:
    try:
        return (await pp.handle_upload_request(request)).model_dump(by_alias=True)
    except ValueError as error:
        raise HTTPException(status_code=422, detail=str(error))


@complete.post("/upload/complete")
async def uploaded(body: dict) -> dict:
    return (await pp.handle_upload_complete(body["attachmentId"])).model_dump(by_alias=True)


app.include_router(create_router(pp), prefix="/complete")
app.include_router(complete, prefix="/complete")


@app.put("/uploads/{attachment_id}")
async def put_file(attachment_id: str, request: Request) -> dict:
    files[attachment_id] = (request.headers.get("content-type", ""), await request.body())
    return {}


@app.get("/uploads/{attachment_id}")
async def get_file(attachment_id: str) -> Response:
    kind, content = files[attachment_id]
    return Response(content, media_type=kind)


def page(endpoint: str) -> str:
    loader = os.environ["POCKETPING_ASSETS"] + "/pocketping.js"
    return f"""<!doctype html><html lang="en"><meta charset="utf-8"><title>A Python site</title>
<h1>A site with a Python backend</h1>
<script src="{loader}" data-endpoint="{endpoint}"></script>"""


@app.get("/", response_class=HTMLResponse)
async def plain_page() -> str:
    return page("/pocketping")


@app.get("/complete", response_class=HTMLResponse)
async def complete_page() -> str:
    return page("/complete")


calls: list[str] = []


@app.middleware("http")
async def note(request: Request, go_on):
    calls.append(f"{request.method} {request.url.path}")
    return await go_on(request)


@app.post("/test/calls")
async def noted() -> dict:
    return {"calls": calls}


@app.post("/test/operator")
async def operator(body: dict) -> dict:
    message = await pp.send_operator_message(body["sessionId"], body["content"])
    return {"id": message.id}


@app.post("/test/answer")
async def answer(body: dict) -> dict:
    request = SendMessageRequest(**{**body, "sender": "operator"})
    return {"id": (await pp.handle_message(request)).message_id}


@app.post("/test/typing")
async def typing(body: dict) -> dict:
    return await pp.handle_typing(TypingRequest(**{**body, "sender": "operator"}))


@app.post("/test/read")
async def read(request: ReadRequest) -> dict:
    return (await pp.handle_read(request)).model_dump(by_alias=True)


@app.post("/test/presence")
async def presence(body: dict) -> dict:
    pp.set_operator_online(body["online"])
    return {"ok": True}


@app.post("/test/csat")
async def csat(body: dict) -> dict:
    return await pp.request_csat(body["sessionId"])


@app.post("/test/session")
async def session(body: dict) -> dict:
    found = await pp.get_session(body["sessionId"])
    return found.model_dump(by_alias=True, mode="json")


@app.post("/test/messages")
async def messages(body: dict) -> dict:
    found = await pp.storage.get_messages(body["sessionId"], limit=10_000)
    return {"messages": [{"sender": m.sender.value, "content": m.content} for m in found]}


@app.post("/test/stored")
async def stored(body: dict) -> dict:
    """The messages with all that the package keeps of them, each once: reading makes copies in its list."""
    found = await pp.storage.get_messages(body["sessionId"], limit=10_000)
    once = {m.id: m.model_dump(by_alias=True, mode="json") for m in found}
    return {"messages": list(once.values())}


@app.post("/test/event")
async def event(body: dict) -> dict:
    await pp.emit_event(body["sessionId"], body["name"], body.get("data"))
    return {"ok": True}
