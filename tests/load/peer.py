"""The peer: FastAPI with the PyPI package `pocketping` and its memory store, nothing around it."""

from fastapi import FastAPI
from pocketping import PocketPing
from pocketping.fastapi import create_router

app = FastAPI()
app.include_router(create_router(PocketPing()), prefix="/pocketping")
