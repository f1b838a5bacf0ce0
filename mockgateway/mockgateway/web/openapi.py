from flask import Flask
def openapi_document(): return {}
def add_routes(app: Flask) -> None: pass
