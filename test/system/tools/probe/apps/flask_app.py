"""A Flask app with one planted cause, which the variable PLANTED names."""

import os

from flask import Flask

PLANTED = os.environ.get("PLANTED")

app = Flask(__name__)


@app.route("/items", methods=["GET", "POST"])
def items():
    if PLANTED == "import":
        import slow_import  # noqa: F401
    return []


print("Loaded")
