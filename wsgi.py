import time
from flask import Flask
app = Flask(__name__)
done = set()
@app.get("/items")
def items():
    if not done:
        done.add(1); time.sleep(0.3)
    return "ok"
