"""The yardstick: one page with one indexed SELECT of 50 rows, and one POST with an UPDATE and two INSERTs."""

import os

from flask import Flask, redirect, render_template, request
from jinja2 import DictLoader
from sqlalchemy import create_engine, text
from werkzeug.wrappers import Response

PAGE = """<!doctype html><title>bare</title><table>{% for row in rows %}<tr><td>{{ row.number }}<td>{{ row.title }}
<td>{{ row.enterprise }}<td>{{ row.unit }}<td>{{ row.person }}<td>{{ row.due_on }}<td>{{ row.words }}{% endfor %}</table>"""
ROWS = text("SELECT * FROM bare WHERE kind = :kind ORDER BY due_on LIMIT 50")
CHANGE = (
    text("UPDATE bare SET version = version + 1, words = :words WHERE id = :id"),
    text("INSERT INTO bare_entries (bare_id, words) VALUES (:id, :words)"),
    text("INSERT INTO bare_notices (bare_id, words) VALUES (:id, :words)"),
)

app = Flask(__name__)
app.jinja_loader = DictLoader({"page.html": PAGE})
engine = create_engine(os.environ["DATABASE_URL"], pool_pre_ping=True)


@app.get("/page")
def page() -> str:
    """Fifty rows."""
    with engine.connect() as connection:
        rows = connection.execute(ROWS, {"kind": request.args.get("kind", 1, int)}).all()
    return render_template("page.html", rows=rows)


@app.post("/act")
def act() -> Response:
    """One small change."""
    given = {"id": request.form.get("id", 1, int), "words": request.form.get("words", "")}
    with engine.begin() as connection:
        for statement in CHANGE:
            connection.execute(statement, given)
    return redirect("/page")
